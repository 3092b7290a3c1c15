# SPDX-License-Identifier: GPL-2.0-or-later
"""A certificate made for these captures: subject sharing-edge.example.com, issuer Example Inspection CA, DNS names
sharing-edge.example.com and *.example.net. It has to stay as it is: a new one would change the captures."""
import base64

DER = base64.b64decode(
    "MIIDeDCCAmCgAwIBAgIUOxak0i1o9iwIvMlWnpjvhs+Za7UwDQYJKoZIhvcNAQELBQAwMjEQMA4GA1UECgwHRXhhbXBsZTEeMBwG"
    "A1UEAwwVRXhhbXBsZSBJbnNwZWN0aW9uIENBMB4XDTI2MTEyMTAyMDMwN1oXDTQ2MTExNjAyMDMwN1owQjELMAkGA1UEBhMCVVMx"
    "EDAOBgNVBAoMB0V4YW1wbGUxITAfBgNVBAMMGHNoYXJpbmctZWRnZS5leGFtcGxlLmNvbTCCASIwDQYJKoZIhvcNAQEBBQADggEP"
    "ADCCAQoCggEBAMtHTBtvnO1QjESu6gEVPTgpQ56dLTVXHys2B3XltVjHVQIek9RgkcRA9j/O2ZKEYAXsHaPjqQgjuA/EarF9AJ7B"
    "TmxPGSiKjmUJqQihxBFIjXNY1GkDe7GGsFpq75cYnJFJt5GqO3b41FRBgJfxMX8uTrNtuAGT1YkM2sd8hMYBgqR2judrmb3yM4Qd"
    "D/Z4jRK1rTGa8BVRjxbcjtzLqjiW4mTlM1PXxVksX1vtV5szJ97BsKiUgSROm9VJYnec/bLIrLRKpEwnCzUvhhNiIBJOL6uwHHzj"
    "hwzhyVrZLBf47e1/yxPn1ypfTe3WKft5DKBt52xd5B6PXBiXmifzRCcCAwEAAaN2MHQwMgYDVR0RBCswKYIYc2hhcmluZy1lZGdl"
    "LmV4YW1wbGUuY29tgg0qLmV4YW1wbGUubmV0MB0GA1UdDgQWBBRxyETIuQoScj3p8ItSPeHdPyoBFzAfBgNVHSMEGDAWgBTXz+5Y"
    "RRFCeqxTlrRtSZfdGCE9gDANBgkqhkiG9w0BAQsFAAOCAQEAcZ8E7i88gtGpWAxTfhyQ+e03jlGTJAzFbHGrY8Dngf6IJ3F+mz/9"
    "Cq0bbDFaDToy/9F03mmfcf6bsTmYwDJyYTf95b//Nd+2MM4AtscuCc7WZNwbmjNDdeKXeL5eNgTo/oIekJc0hVjeGuztrZnTnD8g"
    "nttdxe4X6Lw0yTnfcMMXfjK/rF9EybZl+IIbH9h/dms0MOKP4S0zRIV0yHicxRYqtAInZoBBvX228zZNcziYwmof564mTUGKRVx+"
    "CSITLcL3JXmeeQrBnvyUdlcHS0lPsEkZH4GScy96e8mIp8Pga3PctwB3kG6FEXbVWLX3LxokDBxEENnaFYjyhts0dQ=="
)
