"""Where consoles, sources and settings of common software answer when somebody forgot to take them away."""

ADMIN_PATHS = (
    "/admin/",
    "/manager/html",
    "/services/AdminService",
    "/hooks/issue",
    "/actuator/env",
    "/server-status",
    "/.git/config",
    "/.env",
    "/metrics",
    "/console/",
)
ADMINISTRATIVE = "something of the administration answers at the public address."
