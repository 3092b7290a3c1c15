# SPDX-License-Identifier: GPL-2.0-or-later
"""Kinds of real input: ids, typed keys, products, legal SIP that is handed over differently, web services, reports.

Each table is a kind; a row is (what is sent …, what must come of it) and stands in one frame of the kind's capture.
"""
import struct
import zlib

from . import signalling
from .diagnostics import BOTH_REMOTE
from .sip import CLIENT, SERVER, bye, message, response
from .wire import Capture


# Ids: (message, ids, finding of each, words in Info behind the last "|", words of the explanation or None).
IDS = {
    "unknown in 488": (response("488 Not Acceptable Here", 'ms-client-diagnostics: 52999;reason="Media types differ"'),
                       "52999", "failure", "52999 Media types differ", "client (51000 to 52999)"),
    "unknown in 603": (response("603 Decline", 'ms-diagnostics: 77001;reason="Busy everywhere";source="fe1"'),
                       "77001", "failure", "77001 Busy everywhere", None),
    "unknown in 504": (response("504 Server time-out", "ms-diagnostics: 1099;source=\"fe1\""),
                       "1099", "failure", "1099", "SIP stack (1000 to 1999)"),
    "unknown in 699": (response("699 Odd", "ms-diagnostics-public: 88000;reason=\"odd\""),
                       "88000", "failure", "88000 odd", None),
    "unknown in 183": (response("183 Session Progress", 'ms-diagnostics: 25999;reason="Trying another pool"'),
                       "25999", None, "25999 Trying another pool", None),
    "unknown in 200": (response("200 OK", 'ms-client-diagnostics: 51999;reason="All is well"'),
                       "51999", None, "51999 All is well", "client (51000 to 52999)"),
    "unknown in BYE": (bye('ms-client-diagnostics: 52998;reason="Gone"'),
                       "52998", None, "52998 Gone", "client (51000 to 52999)"),
    "published": (response("404 Not Found", 'ms-diagnostics: 3134;reason="As the sender says"'), "3134", "failure",
                  "3134 As the sender says", "a published id whose meaning is not known here; conferencing (3000 to 3999)"),
    "published, reason cut": (bye("ms-diagnostics: 35017"), "35017", None, "35017",
                              "a published id whose meaning is not known here; call park service (35000 to 35999)"),
    "row of before": (response("488 Not Acceptable Here", 'ms-client-diagnostics: 52063;reason="Unsupported"'),
                      "52063", "failure", "52063 session description not supported",
                      "The client does not support the session description (client)"),
    "new row": (response("488 Not Acceptable Here", 'ms-client-diagnostics: 52017;reason="Encryption levels dont match"'),
                "52017", "failure", "52017 Encryption levels dont match",
                "The two sides do not agree on the encryption of the media (client)"),
    "new row in BYE": (bye('ms-client-diagnostics: 52107;reason="Call terminated on signout"'), "52107", "information",
                       "52107 Call terminated on signout", "The call was ended because the user signed out (client)"),
    "information stays": (response("487 Request Terminated", 'ms-diagnostics: 5002;reason="Request was cancelled"'),
                          "5002", "information", "5002 Request was cancelled",
                          "The request was cancelled (server applications)"),
    "no id": (response("503 Service Unavailable", 'X-Ms-Diagnostics: "some.store.throttling"'), None, "no_id",
              '"some.store.throttling"', None),
    "nothing": (response("503 Service Unavailable", "ms-diagnostics:"), None, "no_id",
                "diagnostics without an error id", None),
    "long reason": (response("500 Server Error", 'ms-diagnostics: 88001;reason="' + "word " * 40 + '"'), "88001",
                    "failure", "88001 " + "word " * 20 + "…", None),
    "in a fragment": (message("NOTIFY sip:alice@example.com SIP/2.0", ["Event: refer", "Subscription-State: active"],
                              "SIP/2.0 486 Busy Here\r\nms-diagnostics: 88002;reason=\"busy\"\r\n", cseq="3 NOTIFY",
                              content_type="message/sipfrag;version=2.0"), "88002", "failure", "88002 busy", None),
    "in a fragment that goes on": (message("NOTIFY sip:alice@example.com SIP/2.0", ["Event: refer"],
                                           "SIP/2.0 180 Ringing\r\nms-diagnostics: 88003;reason=\"rings\"\r\n",
                                           cseq="3 NOTIFY", content_type="message/sipfrag"), "88003", None,
                                   "88003 rings", None),
    "in a report": (signalling.service(signalling.error_report('88004; reason="refused"').replace(
        "<progressReports>", "<none>").replace("</progressReports>", "</none>"), signalling.ERRORS), "88004", "failure",
        "88004 refused", None),
}

# Syslog: the status of the message that the header stands in decides as well.
SYSLOG_IDS = {
    "refused": ("SIP/2.0 488 Not Acceptable Here\r\nVia: SIP/2.0/TLS 10.0.0.1\r\nms-diagnostics: 88010;reason=\"a\"\r\n",
                True),
    "request": ("BYE sip:a@b SIP/2.0\r\nVia: SIP/2.0/TLS 10.0.0.1\r\nms-diagnostics: 88011;reason=\"b\"\r\n", False),
    "request behind": ("SIP/2.0 488 Not Acceptable Here\r\n\r\nBYE sip:a@b SIP/2.0\r\nms-diagnostics: 88012\r\n", False),
    "web": ("HTTP answer\nX-Ms-Diagnostics: 28020;reason=\"No valid security token.\"\n", True),
    "web, refused": ("HTTP/1.1 403 Forbidden\r\nServer: x\r\nX-Ms-Diagnostics: 28996;reason=\"no\"\r\n", True),
    "web, asked": ("SIP/2.0 488 No\r\n\r\nGET / HTTP/1.1\r\nX-Ms-Diagnostics: 28995;reason=\"no\"\r\n", False),
}

# Keys: (parameters, {field: value}).
CHANNEL = "NetworkErr={},ErrTime={},RTPSeq={},SeqDelta={},RTPTime={},RTCPTime={},TransptRecvErr={},RecvErrTime={}," \
          "TransptSendErr={},SendErrTime={},InterfacesStall={},InterfacesConnCheck={},MediaTimeout={},RtcpByeSent={}," \
          "RtcpByeRcvd={},BlobVer={}"
CHANNEL_FIELDS = ["network_err", "err_time", "rtp_seq", "seq_delta", "rtp_time", "rtcp_time", "transpt_recv_err",
                  "recv_err_time", "transpt_send_err", "send_err_time", "interfaces_stall", "interfaces_conn_check",
                  "media_timeout", "rtcp_bye_sent", "rtcp_bye_rcvd", "blob_ver"]


def channel(*values):
    """A MediaChanBlob and its fields."""
    shown = [f"0x{int(value, 16):08x}" if value.startswith("0x") else value for value in values]
    return f'MediaChanBlob="{CHANNEL.format(*values)}"', dict(zip(CHANNEL_FIELDS, shown))


KEYS = {
    "channel at rest": channel("no error", *"0 0 0 0 0 0x0 0 0x0 0 0x0 0x0 0 0 1 1".split()),
    "channel timed out": channel("timeout", *"120 4711 -3 90000 5 0x80072746 17 0x274d 18 0x2 0x6 1 0 0 1".split()),
    "channel, long numbers": channel("reset by peer", *("131021345678901234 65535 0 4294967295 4294967295 0x0 0 0x0 0 "
                                                        "0x12 0x12 0 1 0 2").split()),
    "next hop": ('SipResponseCode="404";SipResponseText="Not Found"',
                 {"sip_response_code": "404", "sip_response_text": "Not Found"}),
    "next hop, gateway": ('Gateway="gw1.example.com";TargetUri="sip:+15550100@gw1.example.com"'
                          ';SipResponseCode=503',
                          {"gateway": "gw1.example.com", "target_uri": "sip:+15550100@gw1.example.com",
                           "sip_response_code": "503"}),
    "federation": ('Domain="contoso.example";PeerServer="sip.contoso.example"',
                   {"domain": "contoso.example", "peer_server": "sip.contoso.example"}),
    "dns": ('domain =" cms.example.lab "', {"domain": "cms.example.lab"}),
    "tls": ('ErrorType="No matching FQDN";tls-target="edge.example.com";PeerServer="edge2.example.com";'
            'HRESULT="0x80090322(SEC_E_WRONG_PRINCIPAL)"',
            {"error_type": "No matching FQDN", "tls_target": "edge.example.com", "peer_server": "edge2.example.com",
             "hresult": "0x80090322", "hresult.name": "SEC_E_WRONG_PRINCIPAL"}),
    "hresult alone": ('HRESULT=0x80004005', {"hresult": "0x80004005"}),
    "hresult with a blank": ('HRESULT="0x800B010F (CERT_E_CN_NO_MATCH)"',
                             {"hresult": "0x800b010f", "hresult.name": "CERT_E_CN_NO_MATCH"}),
    "winsock": ('WinsockFailureCode="10054(WSAECONNRESET)";WinsockFailureDescription="The peer closed"',
                {"winsock_failure_code": "10054", "winsock_failure_code.name": "WSAECONNRESET",
                 "winsock_failure_description": "The peer closed"}),
    "routing": ('appName="InboundRouting";Count="2"', {"app_name": "InboundRouting", "count": "2"}),
    "not what they should be": ('SipResponseCode="none";HRESULT="(NAME)";MediaChanBlob="MediaTimeout=soon,BlobVer=1"',
                                {"blob_ver": "1", "param.name": "SipResponseCode,HRESULT,MediaTimeout"}),
}

# Products: (headers, products).
PRODUCTS = {
    "foreign User-Agent": (["Server: RTCC/5.0.0.0 MediationServer", "User-Agent: ccs-0.1.13"],
                           ["Office Communications, Lync or UCMA component, version 5.0.0.0: MediationServer"]),
    "foreign User-Agent first": (["User-Agent: yyy-0.0.1", "Server: RTC/6.0"], ["Skype for Business Server 2015"]),
    "foreign Server": (["User-Agent: UCCAPI/16.0.4266.1001 OC/16.0.4266.1001", "Server: Kamailio (5.1.2)"],
                       ["Skype for Business 2016 client"]),
    "both": (["Server: RTC/5.0", "User-Agent: UCCAPI/4.0.7577.4478 OC/4.0.7577.4478 (Microsoft Lync 2010)"],
             ["Lync 2010 client", "Lync Server 2013"]),
    "OCS 2007": (["Server: RTC/3.0"], ["Office Communications Server 2007"]),
    "OCS 2007 R2": (["Server: RTC/3.5"], ["Office Communications Server 2007 R2"]),
    "Lync 2010": (["Server: RTC/4.0"], ["Lync Server 2010"]),
    "2019": (["Server: RTC/7.0"], ["Skype for Business Server 2019 or Skype for Business Online"]),
    "component": (["User-Agent: RTCC/4.0.0.0 Inbound Routing/4.0.0.0"],
                  ["Office Communications, Lync or UCMA component, version 4.0.0.0: Inbound Routing/4.0.0.0"]),
    "Exchange": (["SERVER: RTCC/5.0.0.0 MSExchangeUM/15.01.0231.021"],
                 ["Office Communications, Lync or UCMA component, version 5.0.0.0: MSExchangeUM/15.01.0231.021"]),
    "component alone": (["Server : RTCC/6.0.0.0"], ["Office Communications, Lync or UCMA component, version 6.0.0.0"]),
    "Direct Routing": (["USER-AGENT: Microsoft.PSTNHub.SIPProxy v.2022.2.21.3 i.USWE2.0"],
                       ["Teams Direct Routing, version 2022.2.21.3: i.USWE2.0"]),
    "Direct Routing, old": (["Server: Microsoft.PSTNHub.SIPProxy v.2018.6.8.3 i.EUNO.7"],
                            ["Teams Direct Routing, version 2018.6.8.3: i.EUNO.7"]),
    "appliance": (["SERVER: Microsoft.Teams.SIPSBA v.2022.6.14.1"],
                  ["Teams survivable branch appliance, version 2022.6.14.1"]),
    "later server": (["Server: RTC/9.0"], []),
    "others": (["Server: Asterisk PBX 13.1.0", "User-Agent: StartRTC/3.0"], []),
}

MASK = 'CallerMediaDebug="audio:ICEWarn=0x{:x},LocalLocation=1"'
# Legal SIP: (header lines, ids, masks).
LEGAL = {
    "blank": (["ms-client-diagnostics : 24;reason=\"a\";" + MASK.format(0x320)], ["24"], ["0x00000320"]),
    "blanks": (["MS-Client-Diagnostics     :23;reason=\"b\";" + MASK.format(0x29)], ["23"], ["0x00000029"]),
    "tab": (["ms-diagnostics\t: 1034;reason=\"c\""], ["1034"], []),
    "blank and folding": (["ms-diagnostics-public :\r\n 10003;\r\n\treason=\"d\""], ["10003"], []),
    "two with blanks": (["ms-diagnostics : 1034;reason=\"e\"", "ms-diagnostics  : 10003;reason=\"f\""],
                        ["1034", "10003"], []),
    "joined": (["ms-diagnostics: 1034;reason=\"g\";source=\"fed, one\", 10003;source=\"med\";reason=\"h\""],
               ["1034", "10003"], []),
    "joined with masks": (["ms-client-diagnostics: 23;reason=\"i, 5;j\";" + MASK.format(0x1) + ",24;reason=\"k\";"
                           + MASK.format(0x2) + " ,\r\n 25;" + MASK.format(0x4)], ["23", "24", "25"],
                          ["0x00000001", "0x00000002", "0x00000004"]),
    "joined with sub ids": (["ms-diagnostics: 10000.1;reason=\"l\", 10000.2.3 ;reason=\"m\""], ["10000", "10000"], []),
    "commas that join nothing": (["ms-diagnostics: 1034;reason=\"n, 24;o\";source=a,b, c"], ["1034"], []),
    "an unpaired quote joins nothing": (["ms-diagnostics: 1034;reason=\"n, 24;o"], ["1034"], []),
}


def compact(data):
    """The same message with the compact names of RFC 3261, 7.3.3."""
    for name, short in ((b"Via", b"v"), (b"From", b"f"), (b"To", b"t"), (b"Call-ID", b"i"), (b"Content-Length", b"l"),
                        (b"Content-Type", b"c")):
        data = data.replace(b"\r\n" + name + b": ", b"\r\n" + short + b":")
    return data


COMPACT = {
    "BYE": compact(bye(BOTH_REMOTE, call_id="compact1@test")),
    "response": compact(response("488 Not Acceptable Here", 'ms-client-diagnostics : 24;' + MASK.format(0x320),
                                 call_id="compact2@test")),
    "INVITE": compact(signalling.invite(signalling.sdp("192.0.2.5", signalling.AUDIO), "ms-diagnostics: 13004",
                                        call_id="compact3@test")),
}

SOAP = ('<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>'
        'a:FailedAuthentication</faultcode><faultstring xml:lang="en-US">{reason}</faultstring><detail>'
        '<OCSDiagnosticsFault xmlns="urn:component:Microsoft.Rtc.WebAuthentication.2010">{open}<ErrorId>{id}</ErrorId>'
        '<Reason>{reason}</Reason>{close}<NameValuePairs/></OCSDiagnosticsFault></detail></s:Fault></s:Body>'
        '</s:Envelope>')
FAULT = "<Ms-Diagnostics-Fault>", "</Ms-Diagnostics-Fault>"


def soap(number, reason, tags=FAULT):
    return SOAP.format(id=number, reason=reason, open=tags[0], close=tags[1]).encode()


def stored(data):
    """The data as a gzip file (RFC 1952) whose one block is not compressed: the same bytes whatever compressor Python has."""
    block = b"\x01" + struct.pack("<HH", len(data), len(data) ^ 0xFFFF) + data
    return b"\x1f\x8b\x08" + bytes(6) + b"\xff" + block + struct.pack("<II", zlib.crc32(data), len(data))


def http(status, *headers, body=b"", content_type="text/xml; charset=utf-8", encode=None):
    """An HTTP response as bytes. encode: "chunked" or "gzip"."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", *headers]
    if encode == "chunked":
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:300], body[300:], b""))
        lines.append("Transfer-Encoding: chunked")
    elif encode == "gzip":
        body = stored(body)
        lines.append("Content-Encoding: gzip")
    if encode != "chunked":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


# Web services: (response, sizes of its segments, ids, reasons, findings).
WEB = {
    "web ticket": (http("400 Bad Request", 'X-Ms-diagnostics: 28020;source="server.example.com";'
                        'reason="No valid security token."', "X-MS-Server-Fqdn: server.example.com",
                        "X-Content-Type-Options: nosniff", body=b'{"error":"invalid_grant"}',
                        content_type="application/json"), [], ["28020"], ["No valid security token."], ["failure"]),
    "unknown id": (http("403 Forbidden", 'X-MS-Diagnostics : 28999;reason="Not today."'), [], ["28999"], ["Not today."],
                   ["failure"]),
    "split": (http("500 Internal Server Error", "Server: Microsoft-IIS/8.5", "X-Ms-diagnostics: 28032;source=\"a\";"
                   'reason="The web ticket is invalid."'), [60, 70], ["28032"], ["The web ticket is invalid."],
              ["failure"]),
    "in a success": (http("200 OK", 'x-ms-diagnostics: 28998;reason="Only a note"', body=b"{}"), [], ["28998"],
                     ["Only a note"], []),
    "fault": (http("500 Internal Server Error", body=soap(28000, "User is not SIP enabled.")), [], ["28000"],
              ["User is not SIP enabled."], ["failure"]),
    "fault with entities": (http("500 Internal Server Error", body=soap(28033, "User isn&apos;t &lt;known&gt;")), [], ["28033"],
                            ["User isn't <known>"], ["failure"]),
    "fault in CDATA": (http("500 Internal Server Error", body=soap(28033, "<![CDATA[a & b]]>")), [], ["28033"], ["a & b"], ["failure"]),
    "fault in chunks": (http("500 Internal Server Error", body=soap(28020, "No valid security token."),
                             encode="chunked"), [], ["28020"], ["No valid security token."], ["failure"]),
    "fault, compressed": (http("403 Forbidden", body=soap(28055, "The OAuth token is invalid."), encode="gzip"), [],
                          ["28055"], ["The OAuth token is invalid."], ["failure"]),
    "fault with a prefix": (http("403 Forbidden", body=soap(28997, "Why not", (
        '<d:Ms-Diagnostics-Fault xmlns:d="x">', "</d:Ms-Diagnostics-Fault>"))), [400], ["28997"], ["Why not"], ["failure"]),
    "header and fault": (http("500 Internal Server Error", 'X-Ms-diagnostics: 28001;reason="header"',
                              body=soap(28001, "fault")), [], ["28001", "28001"], ["header", "fault"],
                         ["failure", "failure"]),
    "fault without a number": (http("500 Internal Server Error", body=soap("none", "what")), [], [], ["what"], ["no_id"]),
    # Must stay what they are.
    "a page about it": (http("200 OK", body=b"<p>X-Ms-diagnostics: 28020;reason=\"x\"</p>\n" + soap(28020, "text")), [],
                        [], [], []),
    "inside another header": (http("404 Not Found", "Warning: 199 - X-Ms-diagnostics: 28020"), [], [], [], []),
    "end tag alone": (http("500 Internal Server Error", body=b"<a>no </Ms-Diagnostics-Fault></a>"), [], [], [], []),
    "plain": (http("503 Service Unavailable", "Retry-After: 1", body=b"busy"), [], [], [], []),
}

REQUEST = b"POST /webticket HTTP/1.1\r\nHost: web.example.com\r\nX-Ms-diagnostics: 1;reason=\"of a request\"\r\n" \
          b"Content-Length: 0\r\n\r\n"

# Reports of the published schema.
DESCRIPTION = ("<Connectivity><Ice>{ice}</Ice><IceWarningFlags>{flags}</IceWarningFlags></Connectivity>"
               "<Security>{security}</Security><Offerer>{offerer}</Offerer><Transport>UDP</Transport>{network}"
               "<LocalAddr><IPAddr>192.168.1.10</IPAddr><Port>50010</Port><Inside>{inside}</Inside><SubnetMask>"
               "255.255.255.0</SubnetMask><v2:MACAddr>00-AA-BB-CC-DD-EE</v2:MACAddr></LocalAddr><RemoteAddr><IPAddr>"
               "2001:db8::5</IPAddr><Port>50020</Port></RemoteAddr><CaptureDev><Name>Headset (in)</Name><Driver>usb "
               "6.1</Driver></CaptureDev><RenderDev><Name>Headset (out)</Name></RenderDev><v3:ReflexiveLocalIPAddress>"
               "<IPAddr>198.51.100.20</IPAddr></v3:ReflexiveLocalIPAddress><v3:MidCallReport>{midcall}"
               "</v3:MidCallReport>{wifi}")
ENDPOINT = ('<Endpoint Name="PC1" v2:OS="Windows 6.1" v2:CPUName="Some CPU" v2:CPUNumberOfCores="4" '
            'v2:CPUProcessorSpeed="2600" v2:VirtualizationFlag="{}"/>')
NETWORK = ("<NetworkConnectivityInfo><NetworkConnection>{}</NetworkConnection><VPN>{}</VPN><LinkSpeed>{}</LinkSpeed>"
           "{}</NetworkConnectivityInfo>")
REPORTS = {
    "wifi": dict(ice="RELAY", flags="800", security="SRTP", offerer="true", inside="false", midcall="true",
                 network=NETWORK.format("wifi", "true", "144000000", "<v2:BSSID>00-11-22-33-44-55</v2:BSSID><v2:Separator/>"
                                        "<v3:NetworkConnectionDetails>WiFi</v3:NetworkConnectionDetails>"
                                        "<v3:WifiDriverDeviceDesc>some</v3:WifiDriverDeviceDesc>"),
                 wifi="<v4:WifiRadioType>802.11n</v4:WifiRadioType><v4:WifiRSSI>-60</v4:WifiRSSI><v4:SSID>home</v4:SSID>"
                      "<v4:WifiChannel>11</v4:WifiChannel><v4:WifiBatteryCharge>80</v4:WifiBatteryCharge>",
                 virtualization="2"),
    "wired": dict(ice="DIRECT", flags="0", security="V1", offerer="0", inside="1", midcall="false",
                  network=NETWORK.format("wired", "False", "1E+09", ""), wifi="", virtualization="0"),
    "old": dict(ice="FAILED", flags="41", security="None", offerer="false", inside="true", midcall="0", network="",
                wifi="", virtualization="8"),
    "wrong": dict(ice="HTTP-PROXY", flags="0", security="SRTP", offerer="perhaps", inside="", midcall="2",
                  network=NETWORK.format("wifi", "no", "fast", ""), wifi="", virtualization="none"),
}


def quality(number):
    """A report on the call reported<number>@test."""
    values = list(REPORTS.values())[number]
    call = f"reported{number}@test"
    return ('<?xml version="1.0"?><VQReportEvent xmlns="ms-rtcp-metrics" xmlns:v2="ms-rtcp-metrics.v2" '
            'xmlns:v3="ms-rtcp-metrics.v3" xmlns:v4="ms-rtcp-metrics.v4" Version="3.0"><VQSessionReport SessionId="'
            f'{call};from-tag=a1;to-tag=b1">{ENDPOINT.format(values["virtualization"])}<DialogInfo CallId="{call}" '
            'FromTag="a1" ToTag="b1" Start="2014-01-01T12:00:00.123Z" End="2014-01-01T12:01:00.456Z"><FromURI>'
            "sip:alice@example.com</FromURI><ToURI>sip:bob@example.com</ToURI><Caller>true</Caller><LocalUserAgent>"
            "RTCC/5.0.0.0 MediationServer</LocalUserAgent><RemotePAI>tel:+15550100</RemotePAI><v2:TrunkingPeer>"
            "gw.example.com</v2:TrunkingPeer><v2:RegisteredInside>true</v2:RegisteredInside></DialogInfo><MediaLine "
            f'Label="main-audio"><Description>{DESCRIPTION.format(**values)}</Description></MediaLine>'
            "</VQSessionReport></VQReportEvent>")


def feedback(call, rating, inside=""):
    """What a user says of a call."""
    return (f'<?xml version="1.0"?><CallQualityFeedbackReport xmlns="ms-cqf" CallId="{call}" FromTag="a1" ToTag="b1" '
            'Start="2014-01-01T12:00:00Z" End="2014-01-01T12:01:00Z"><ReportingUserURI>sip:alice@example.com'
            f"</ReportingUserURI><Rating>{rating}</Rating>{inside}</CallQualityFeedbackReport>")


FEEDBACK_TYPE = "application/ms-cqf+xml"
# Feedback: (body, rating, text, ids of the issues).
FEEDBACK = {
    "plain": (feedback("reported0@test", 1, "<Feedback><Text>bad</Text></Feedback>"), ["1"], ["bad"], []),
    "with issues": (feedback("reported1@test", 4, '<Feedback LanguageTag="en-US"><Text>an echo</Text></Feedback><Tokens>'
                             "<Token><Id>3</Id><Value>1</Value></Token><Token><Id>7</Id><Value>0</Value></Token></Tokens>"),
                    ["4"], ["an echo"], ["3", "7"]),
    "rating alone": (feedback("reported2@test", -1), ["-1"], [], []),
    "a report by that type": (quality(0), [], [], []),
}


def ids():
    capture = Capture()
    for number, (data, *_) in enumerate(IDS.values()):
        capture.udp(CLIENT, SERVER, data.replace(b"7a1c4f0e@test", b"ids%d@test" % number))
    for text, _ in SYSLOG_IDS.values():
        capture.udp(("10.1.1.1", 40514), ("10.1.1.2", 514), b"<134>sbc1 SIP: " + text.encode())
    return capture


def keys():
    capture = Capture()
    for number, (parameters, _) in enumerate(KEYS.values()):
        capture.udp(CLIENT, SERVER, bye(f'ms-diagnostics: 1;reason="keys";{parameters}', call_id=f"keys{number}@test"))
    return capture


def products():
    capture = Capture()
    for number, (headers, _) in enumerate(PRODUCTS.values()):
        capture.udp(SERVER, CLIENT, response("404 Not Found", *headers, call_id=f"product{number}@test"))
    return capture


def legal_sip():
    capture = Capture()
    for number, (headers, *_) in enumerate(LEGAL.values()):
        capture.udp(CLIENT, SERVER, bye(*headers, call_id=f"legal{number}@test"))
    for data in COMPACT.values():
        capture.udp(CLIENT, SERVER, data)
    capture.udp(CLIENT, SERVER, bye("ms-user-logon-data : RemoteUser", "ms-edge-proxy-message-trust\t:"
                                    " ms-source-type=InternetUser;ms-ep-fqdn=edge.example.com", call_id="path@test"))
    return capture


def body_of(length, body=b"<a/>", status="403 Forbidden"):
    """A response whose body is told by these header lines."""
    lines = [f"HTTP/1.1 {status}", 'X-Ms-diagnostics: 28020;reason="x"', *length]
    return "\r\n".join([*lines, "", ""]).encode() + body


# Ways to say how long a body is, right and wrong ones: HTTP's dissector waits for as much as it believes.
LENGTHS = [
    *(body_of([f"Content-Length:{value}"]) for value in (
        " 4", "4", " 004 ", "\t4\t", " 3", " 9", " 0", "", " 4x", " 4, 4", " 0x4", " +4", " -4", " 2147483647", " 2147483648",
        " 99999999999999999999")),
    *(body_of([f"{name}: 4"]) for name in ("content-length", "Content-Length ", "X-Content-Length")),
    body_of(["Content-Length: 4", "Content-Length: 9"]), body_of(["Content-Length: 9", "Content-Length: 4"]),
    body_of(["Content-Length: 4", "Content-Length: none"]), body_of(["Content-Length: 0", "Transfer-Encoding: gzip"]),
    *(body_of(["Transfer-Encoding: chunked", *more], chunks) for more in ([], ["Content-Length: 4"]) for chunks in (
        b"4\r\n<a/>\r\n0\r\n\r\n", b"04;a=b\r\n<a/>\r\n0;c\r\n\r\n", b"4\n<a/>\r\n0\n\n", b"9\r\na\r\n0\r\n\r\nb\r\n0\r\n\r\n",
        b"4\r\n<a/>\r\n0\r\nTrailer: x\r\n\r\n", b"none\r\n0\r\n\r\n", b"\r\n4\r\n", b"ffffffff\r\n<a/>\r\n", b"4\r\n<a/>\r\n")),
    body_of(["Transfer-Encoding:\tChunked, gzip"], b"1\r\na\r\n0\r\n\r\n"), body_of(["Transfer-Encoding: gzip, chunked"]),
    body_of([]), *(body_of([], b"", status) for status in ("204 No Content", "304 Not Modified", "100 Continue", "200 OK")),
    body_of(["Content-Length: 9"], b"", "304 Not Modified"),
    body_of(["Content-Length: 4"]) + body_of(["Content-Length: 4"], b"<b/>", "500 Later"),
    http("403 Forbidden", body=b"no") + http("500 Internal Server Error", body=soap(28021, "later")),
]


def web(responses=tuple(WEB.values())):
    """A connection a response, on the port of HTTP."""
    capture = Capture()
    for number, (data, sizes, *_) in enumerate(responses):
        stream = capture.tcp(("10.1.1.7", 50000 + number), ("10.1.1.8", 80))
        stream.send(0, REQUEST)
        stream.send(1, data, sizes)
        stream.close()
    return capture


def reports():
    """Calls, then what was reported of them."""
    capture = Capture()
    for number in range(len(REPORTS)):
        body = signalling.sdp("192.0.2.5", ["m=audio 50000 RTP/AVP 0", "a=x-source:main-audio",
                                            "a=candidate:1 1 UDP 2130706431 192.0.2.5 50000 typ host"])
        capture.udp(CLIENT, SERVER, signalling.invite(body, call_id=f"reported{number}@test"))
    for number in range(len(REPORTS)):
        data = signalling.service(quality(number), signalling.QUALITY, f"service{number}@test")
        stream = capture.tcp((CLIENT[0], 51000 + number), SERVER)
        stream.send(0, data, [1400])
        stream.close()
    for name, (body, *_) in FEEDBACK.items():
        stream = capture.tcp((CLIENT[0], 52000 + len(capture.frames)), SERVER)
        stream.send(0, signalling.service(body, FEEDBACK_TYPE, name.replace(" ", "-") + "@test"))
        stream.close()
    return capture


def captures():
    yield "diag-ids.pcap", ids()
    yield "diag-keys.pcap", keys()
    yield "diag-legal-sip.pcap", legal_sip()
    yield "diag-web.pcap", web()
    yield "sig-products.pcap", products()
    yield "sig-quality.pcap", reports()
