"""The usual way to do the same in an application: a FastAPI handler that takes
the certificate which nginx forwards (X-SSL-Client-Cert, percent-encoded PEM),
parses it with python3-cryptography, checks dates and issuer, maps the OU to a
role and answers JSON. Run by bench/nginx.sh under uvicorn."""
import datetime
import urllib.parse

from cryptography import x509
from cryptography.x509.oid import NameOID
from fastapi import Depends, FastAPI, HTTPException, Request

OU_TO_ROLE = {"Administrators": "admin", "Users": "user",
              "Services": "service"}
TRUSTED_ORGANISATION = "Trusted CA Inc"

app = FastAPI()


def unauthorized(message):
    return HTTPException(401, {"error": "Unauthorized", "message": message,
                               "hint": "Valid client certificate required"})


def first(name, oid):
    values = name.get_attributes_for_oid(oid)
    return values[0].value if values else None


async def client_cert(request: Request):
    header = request.headers.get("x-ssl-client-cert")
    if not header or request.headers.get("x-ssl-client-verify") != "SUCCESS":
        raise unauthorized("Client certificate required")
    try:
        cert = x509.load_pem_x509_certificate(
            urllib.parse.unquote(header).encode())
    except ValueError as error:
        raise unauthorized("Certificate cannot be read") from error
    now = datetime.datetime.utcnow()
    if not cert.not_valid_before <= now <= cert.not_valid_after:
        raise unauthorized("Certificate expired")
    if first(cert.issuer, NameOID.ORGANIZATION_NAME) != TRUSTED_ORGANISATION:
        raise unauthorized("Certificate from untrusted CA")
    return cert


async def authenticated_user(cert=Depends(client_cert)):
    name = first(cert.subject, NameOID.COMMON_NAME)
    if not name:
        raise unauthorized("Certificate missing Common Name")
    department = first(cert.subject, NameOID.ORGANIZATIONAL_UNIT_NAME)
    return {"id": name,
            "email": first(cert.subject, NameOID.EMAIL_ADDRESS),
            "department": department,
            "cert_serial": format(cert.serial_number, "X"),
            "role": OU_TO_ROLE.get(department, "user")}


@app.get("/api/profile")
async def profile(user=Depends(authenticated_user)):
    return {"user": user, "authenticated_via": "mTLS"}
