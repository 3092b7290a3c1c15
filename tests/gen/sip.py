# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP messages for the captures."""

CLIENT, SERVER = ("192.168.20.203", 50611), ("192.168.20.10", 5060)


def message(start, headers=(), body="", call_id="7a1c4f0e@test", cseq="2 BYE", content_type="application/sdp"):
    """A SIP message as bytes. headers: further header lines, without line ends; body as text."""
    lines = [start,
             "Via: SIP/2.0/TCP 192.168.20.203:50611;branch=z9hG4bK7d1",
             "Max-Forwards: 70",
             "From: <sip:alice@example.com>;tag=a1;epid=0123456789",
             "To: <sip:bob@example.com>;tag=b1",
             f"Call-ID: {call_id}",
             f"CSeq: {cseq}",
             *headers]
    if body:
        lines.append(f"Content-Type: {content_type}")
    lines += [f"Content-Length: {len(body.encode())}", "", ""]
    return ("\r\n".join(lines) + body).encode()


def bye(*headers, **more):
    """A BYE with further header lines."""
    return message("BYE sip:bob@example.com SIP/2.0", headers, **more)


def response(status, *headers, **more):
    """A response to the INVITE with further header lines."""
    return message(f"SIP/2.0 {status}", headers, cseq="1 INVITE", **more)
