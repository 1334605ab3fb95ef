/* What each document calls itself. Apart from the schemas, which load zod: most runs check none. */

export const REPORT_SCHEMA = 'nfm.triage/v1';
export const TRIAGE_LIST_SCHEMA = 'nfm.triage-list/v1';
export const SWEEP_SCHEMA = 'nfm.sweep/v1';
export const SWEEP_PLACE_SCHEMA = 'nfm.sweep-place/v1';
export const TOP_SCHEMA = 'nfm.top/v1';
export const ZONES_SCHEMA = 'nfm.zones/v1';
export const HEALTH_SCHEMA = 'nfm.health/v1';
export const METRICS_SCHEMA = 'nfm.metrics/v1';
export const DOCTOR_SCHEMA = 'nfm.doctor/v1';
export const CHECK_LIST_SCHEMA = 'nfm.doctor-checks/v1';
export const MONITOR_LIST_SCHEMA = 'nfm.monitor-list/v1';
export const MONITOR_SCHEMA = 'nfm.monitor/v1';
export const MONITOR_CHANGES_SCHEMA = 'nfm.monitor-changes/v1';
export const TAGS_SCHEMA = 'nfm.tags/v1';
export const SCOPE_LIST_SCHEMA = 'nfm.scope-list/v1';
export const SCOPE_SCHEMA = 'nfm.scope/v1';
export const SCOPE_CHANGES_SCHEMA = 'nfm.scope-changes/v1';
export const CASE_SCHEMA = 'nfm.case/v1';
export const CASE_SUMMARY_SCHEMA = 'nfm.case-summary/v1';
export const PLAN_SCHEMA = 'nfm.plan/v1';
export const SANDBOX_LIST_SCHEMA = 'nfm.sandbox-list/v1';
export const ERROR_SCHEMA = 'nfm.error/v1';
