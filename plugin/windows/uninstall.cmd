@echo off
rem SPDX-License-Identifier: GPL-2.0-or-later
rem Removes what install.cmd has put below %APPDATA%\Wireshark, whatever version it was for.
setlocal
set "target=%APPDATA%\Wireshark"
set "found="
for /d %%d in ("%target%\plugins\*") do (
    call :drop "%%d\epan\msice.dll" "%%d\epan"
    call :drop "%%d\wiretap\uclog.dll" "%%d\wiretap"
    rd "%%d" 2>nul
)
call :drop "%target%\extcap\uclog.exe" "%target%\extcap"
if exist "%target%\profiles\MS-ICE" (
    rd /s /q "%target%\profiles\MS-ICE"
    set "found=yes"
)
rd "%target%\profiles" 2>nul
rd "%target%\plugins" 2>nul
rem The folder last: this file may be in it.
if not defined found (
    if not exist "%target%\msice" (
        echo msice is not installed below %target%
        exit /b 0
    )
)
echo msice is removed.
rd /s /q "%target%\msice" 2>nul & exit /b 0

:drop
if exist "%~1" (
    del "%~1"
    set "found=yes"
)
if exist "%~1" echo error: %~1 could not be removed; is Wireshark running? 1>&2
rd "%~2" 2>nul
exit /b 0
