"""Two tenants behind Traefik, and a host for each middleware and each way in which a service can fail."""

import base64
import hashlib

from . import faults

DOMAIN = "erp.example"
TENANTS = ("acme", "globex")
READY = "ready"
READY_HOST = f"{READY}.{DOMAIN}"
ENTRYPOINTS = ["web", "websecure"]
PASSWORD = "open-sesame"


def host(name):
    return f"{name}.{DOMAIN}"


def _router(service, rule, *middlewares):
    router = {"entryPoints": ENTRYPOINTS, "rule": rule, "service": service}
    return {**router, "middlewares": list(middlewares)} if middlewares else router


def _service(*addresses, **more):
    servers = {"servers": [{"url": f"http://{address}"} for address in addresses]} if addresses else {}
    return {"loadBalancer": {**servers, "passHostHeader": True, **more}}


def tenants(backends):
    """{tenant: address of its server}: a router each, and one for what is held open."""
    routers = {READY: _router("ping@internal", f"Host(`{READY_HOST}`)")}
    services = {}
    for tenant, address in backends.items():
        own = f"Host(`{host(tenant)}`)"
        held = f"{own} && (PathPrefix(`/websocket`) || PathPrefix(`/longpolling`))"
        routers[f"odoo-{tenant}"] = _router(f"odoo-{tenant}", own)
        routers[f"odoo-{tenant}-ws"] = _router(f"odoo-{tenant}-ws", held)
        services[f"odoo-{tenant}"] = services[f"odoo-{tenant}-ws"] = _service(address, serversTransport="patient")
    transports = {"patient": {"forwardingTimeouts": {"dialTimeout": "2s", "responseHeaderTimeout": "1s"}}}
    return {"http": {"routers": routers, "services": services, "serversTransports": transports}}


def _middlewares(backend):
    digest = base64.b64encode(hashlib.sha1(PASSWORD.encode()).digest()).decode()
    breaker = {"expression": "ResponseCodeRatio(500, 600, 0, 600) > 0.50", "checkPeriod": "100ms",
               "fallbackDuration": "60s", "recoveryDuration": "1s"}
    return {
        "basic": {"basicAuth": {"users": [f"admin:{{SHA}}{digest}"]}},
        "rate": {"rateLimit": {"average": 1, "period": "1h", "burst": 1}},
        "inflight": {"inFlightReq": {"amount": 1}},
        "office": {"ipAllowList": {"sourceRange": ["10.20.0.0/16"]}},
        "redirect": {"redirectScheme": {"scheme": "https"}},
        "bodymax": {"buffering": {"maxRequestBodyBytes": 1000, "maxResponseBodyBytes": 5000}},
        "breaker": {"circuitBreaker": breaker},
        "authdown": {"forwardAuth": {"address": f"http://{faults.refused_address()}/"}},
        "authdeny": {"forwardAuth": {"address": f"http://{backend}/auth/deny"}},
        "authslow": {"forwardAuth": {"address": f"http://{backend}/auth/slow"}},
        "errorpage": {"errors": {"status": ["500-599"], "service": "errorpage", "query": "/{status}.html"}},
        "cors": {"headers": {"accessControlAllowMethods": ["GET"], "accessControlMaxAge": 100,
                             "accessControlAllowOriginList": ["https://shop.erp.example"]}},
        "retry": {"retry": {"attempts": 3, "initialInterval": "20ms"}},
    }


def everything(backend):
    """The tenants and, under hosts like rate.erp.example, routers like mw-rate and svc-refused."""
    dynamic = tenants({tenant: backend for tenant in TENANTS})
    section = dynamic["http"]
    section["middlewares"] = _middlewares(backend)
    for name in section["middlewares"]:
        section["routers"][f"mw-{name}"] = _router("plain", f"Host(`{host(name)}`)", name)
    check = {"healthCheck": {"path": "/web/health", "interval": "200ms", "timeout": "100ms"}}
    failing = {
        "refused": _service(faults.refused_address()),
        "empty": _service(),
        "down": _service(faults.refused_address(), **check),
        "half": _service(faults.refused_address(), backend),
    }
    for name, service in failing.items():
        section["services"][name] = service
        section["routers"][f"svc-{name}"] = _router(name, f"Host(`{host(name)}`)")
    # A retry hides one refused server and cannot hide two; an error page hides what failed.
    for name, service, middleware in (("retryhalf", "half", "retry"), ("retryrefused", "refused", "retry"),
                                      ("errorrefused", "refused", "errorpage"), ("errorempty", "empty", "errorpage")):
        section["routers"][f"mw-{name}"] = _router(service, f"Host(`{host(name)}`)", middleware)
    section["services"] |= {"plain": _service(backend), "errorpage": _service(backend)}
    return dynamic
