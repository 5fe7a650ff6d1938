"""Where consoles, sources and settings of common software answer when somebody forgot to take them away."""

ADMIN_PATHS = (
    "/admin/",
    "/manager/html",
    "/services/AdminService",
    "/hooks/issue",
    "/.git/config",
    "/.env",
    "/metrics",
)
BESIDE_PULL = ("/services/AdminService", "/hooks/issue", "/metrics")
ADMINISTRATIVE = "something of the administration answers at the public address."
