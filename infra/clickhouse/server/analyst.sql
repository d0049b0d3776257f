-- For a real server: who may read, how much, and which rows. Give people the role: GRANT analyst TO jane.

CREATE ROLE IF NOT EXISTS analyst SETTINGS PROFILE 'analyst';

GRANT SELECT, SHOW TABLES, SHOW COLUMNS ON flywheel.* TO analyst;

-- What people wrote stands here without a tenant to know it by; figures about it stay readable.
REVOKE SELECT(comment, correction) ON flywheel.feedback FROM analyst;

REVOKE SELECT(evidence) ON flywheel.reviews FROM analyst;

CREATE QUOTA IF NOT EXISTS analyst
  FOR INTERVAL 1 hour MAX queries = 1000, errors = 200, read_rows = 10000000000, execution_time = 3600
  TO analyst;

-- Analysts see calls of tenants that are theirs: CREATE ROLE `tenant:acme`, granted beside analyst. Calls without a tenant are everybody's.
CREATE ROW POLICY IF NOT EXISTS analyst_tenants ON flywheel.inference_logs
  FOR SELECT USING tenant = '' OR has(currentRoles(), concat('tenant:', tenant)) TO analyst;

CREATE ROW POLICY IF NOT EXISTS analyst_tenants ON flywheel.curated
  FOR SELECT USING tenant = '' OR has(currentRoles(), concat('tenant:', tenant)) TO analyst;

-- A policy hides every row from whoever it does not name: services and administrators see all.
CREATE ROW POLICY IF NOT EXISTS others_see_all ON flywheel.inference_logs FOR SELECT USING 1 TO ALL EXCEPT analyst;

CREATE ROW POLICY IF NOT EXISTS others_see_all ON flywheel.curated FOR SELECT USING 1 TO ALL EXCEPT analyst;
