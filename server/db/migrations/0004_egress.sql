-- Where the flows of a workspace may call: host patterns, or null for anywhere public.

alter table app.workspaces add column egress_allow text[];
