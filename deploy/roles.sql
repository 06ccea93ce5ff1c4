-- The two roles and the database, once, as the administrator of the server:
--     sudo -u postgres psql -v owner_password=… -v app_password=… -f deploy/roles.sql
-- dialogue_owner owns the tables and migrates; dialogue_app serves the site and owns nothing. What dialogue_app may do
-- is granted after every migration by `dialogue --with owner grant_application dialogue_app`.
create role dialogue_owner login password :'owner_password';
create role dialogue_app login password :'app_password';
create database dialogue owner dialogue_owner encoding 'UTF8' template template0;
revoke all on database dialogue from public;
grant connect on database dialogue to dialogue_app;
\connect dialogue
revoke create on schema public from public;
grant usage, create on schema public to dialogue_owner;
