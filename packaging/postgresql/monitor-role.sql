-- The role that erp_exporter logs in as: it sees statistics and no table's rows. Run it once per cluster as a
-- superuser, in the maintenance database; again after an upgrade. It does all of it or nothing:
--
--   psql -X -v ON_ERROR_STOP=1 -d postgres -f monitor-role.sql
--   psql -X -d postgres -c '\password erp_exporter'
--
-- PostgreSQL 13 to 18. Another name: add -v role=NAME.
\if :{?role}
\else
\set role erp_exporter
\endif

BEGIN;

SELECT format('CREATE ROLE %I', :'role') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec

-- INHERIT: without it the rights of pg_monitor would not be there. The limit is what the exporter uses at most (one
-- connection that stays, a visit, a cancellation) and some room: if it ever leaked connections, they end here.
ALTER ROLE :"role" LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 6;
GRANT pg_monitor TO :"role";

-- From version 16 on, with reserved_connections > 0: it still gets in when Odoo has taken all other connections.
SELECT format('GRANT pg_use_reserved_connections TO %I', :'role')
WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'pg_use_reserved_connections') \gexec

COMMIT;

-- The exporter sets its limits itself: for its own session, behind a pooler for each of its transactions. The role
-- needs no settings.

-- Where CONNECT was taken from PUBLIC, names of tables in lock waits and sizes need it back:
--   GRANT CONNECT ON DATABASE tenant TO erp_exporter;
