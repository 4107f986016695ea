"""What is written into a private cluster: its settings, who may enter, its first roles."""

from __future__ import annotations

import os
from pathlib import Path

SUPERUSER = "postgres"
OWNER, LOGIN, TILES = "mabele_owner", "mabele_login", "mabele_tiles"
EXTENSIONS = ("postgis", "btree_gist", "pg_trgm", "unaccent")

HOST_BASED_ACCESS = """\
# Written by Mabele at each start.
local all all peer map=mabele
"""

# The owner makes the logins itself: from PostgreSQL 16 on, only who made a role may change it.
ROLES = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mabele_owner') THEN
    CREATE ROLE mabele_owner LOGIN CREATEROLE CREATEDB;
  END IF;
  SET LOCAL ROLE mabele_owner;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mabele_login') THEN
    CREATE ROLE mabele_login LOGIN NOINHERIT;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mabele_tiles') THEN
    CREATE ROLE mabele_tiles LOGIN NOINHERIT;
  END IF;
END $$
"""

OUTDATED_EXTENSIONS = """
SELECT e.extname FROM pg_extension e JOIN pg_available_extensions a ON a.name = e.extname
 WHERE a.default_version IS DISTINCT FROM e.extversion
"""

NO_LARGE_OBJECTS = """
REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea),
  lo_put(oid, bigint, bytea), lo_unlink(oid), lowrite(integer, bytea) FROM PUBLIC
"""
"""For the template, whose functions every database copies: no login needs a place to write."""

END_CONNECTIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"

OTHERS = """
SELECT count(*) FROM pg_stat_activity
 WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""

REGISTER_SETTINGS = {
    "logging_collector": "on",
    "log_directory": "'../log'",
    "log_filename": "'postgresql-%a.log'",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "wal_compression": "on",
}

TEST_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


def configuration(socket_dir: Path, *, for_tests: bool) -> str:
    """Return the text of the settings file, fit for the memory of this machine."""
    settings = _common_settings(socket_dir) | (TEST_SETTINGS if for_tests else REGISTER_SETTINGS)
    return "".join(f"{name} = {value}\n" for name, value in settings.items())


def identity_map(user: str) -> str:
    """Return the map from a user of the system to the roles that they may take."""
    lines = [f'mabele "{user}" {role}\n' for role in (SUPERUSER, OWNER, LOGIN, TILES)]
    return "# Written by Mabele at each start.\n" + "".join(lines)


def _common_settings(socket_dir: Path) -> dict[str, str]:
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {
        "listen_addresses": "''",
        "unix_socket_directories": f"'{socket_dir}'",
        "unix_socket_permissions": "0700",
        "port": "5432",
        "max_connections": "100",
        "max_locks_per_transaction": "256",
        "shared_buffers": f"{min(512, max(32, memory_mb // 8))}MB",
        "effective_cache_size": f"{max(128, memory_mb // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        # Two cores serve many short statements; helpers of one statement would only queue.
        "max_parallel_workers_per_gather": "0",
        "jit": "off",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "datestyle": "'iso, ymd'",
        "cluster_name": "'mabele'",
    }
