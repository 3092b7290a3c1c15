# SPDX-License-Identifier: GPL-2.0-or-later
"""A Slurm cluster of one node, this machine, with its own munge: for as long as a test needs it."""
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "sinfo")
START = 60
CONF = """
ClusterName=msice
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={place}/munge.socket
CredType=cred/munge
SlurmctldPort={controller}
SlurmdPort={node}
StateSaveLocation={place}/state
SlurmdSpoolDir={place}/spool
SlurmctldPidFile={place}/slurmctld.pid
SlurmdPidFile={place}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SchedulerParameters=batch_sched_delay=0,sched_interval=1
SelectType=select/cons_tres
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def missing():
    """Programs that are not installed."""
    return [name for name in PROGRAMS if not find(name)]


def find(name):
    return shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Cluster:
    def __init__(self):
        self.place = Path(tempfile.mkdtemp(prefix="msice-slurm-"))
        self.place.chmod(0o755)
        self.conf = self.place / "slurm.conf"
        self.processes = []

    def write_conf(self):
        for name in ("state", "spool"):
            (self.place / name).mkdir()
        host = socket.gethostname().split(".")[0]
        self.conf.write_text(CONF.format(place=self.place, host=host, controller=free_port(), node=free_port()))
        version = subprocess.run([find("slurmd"), "-V"], capture_output=True, text=True).stdout.split()[-1]
        if tuple(map(int, version.split(".")[:2])) >= (23, 11):
            (self.place / "cgroup.conf").write_text("CgroupPlugin=disabled\n")

    def start(self, *words):
        log = open(self.place / f"{words[0]}.log", "wb")
        self.processes.append(subprocess.Popen([find(words[0]), *words[1:]], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                               env={**os.environ, "SLURM_CONF": str(self.conf)}, start_new_session=True))
        log.close()

    def start_munge(self):
        key = self.place / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        self.start("munged", "--foreground", "--force", f"--key-file={key}", f"--socket={self.place}/munge.socket",
                   f"--pid-file={self.place}/munge.pid", f"--log-file={self.place}/munge.log",
                   f"--seed-file={self.place}/munge.seed")

    def is_up(self):
        state = subprocess.run([find("sinfo"), "-h", "-o", "%T"], capture_output=True, text=True,
                               env={**os.environ, "SLURM_CONF": str(self.conf)}).stdout
        return state.strip() == "idle"

    def __enter__(self):
        self.write_conf()
        self.start_munge()
        self.start("slurmctld", "-D")
        self.start("slurmd", "-D")
        end = time.monotonic() + START
        while not self.is_up():
            if time.monotonic() > end:
                logs = "".join(f"{path.name}:\n{path.read_text(errors='replace')}" for path in self.place.glob("*.log"))
                self.__exit__()
                raise RuntimeError(f"the cluster does not come up:\n{logs}")
            time.sleep(0.5)
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=START)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(self.place, ignore_errors=True)
