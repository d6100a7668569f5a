// Values from azd: its own variables, and those set with `azd env set NAME value`. infra/README.md lists them.
using 'main.bicep'

import { commaSeparated, given } from 'modules/azd.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')

param acsResourceId = given(readEnvironmentVariable('ACS_RESOURCE_ID', ''), '')
param acsEventTopicId = given(readEnvironmentVariable('ACS_EVENT_TOPIC_ID', ''), '')
param acsDataLocation = given(readEnvironmentVariable('ACS_DATA_LOCATION', ''), 'United States')
param acsRoleId = given(readEnvironmentVariable('ACS_ROLE_ID', ''), '')
param acsCustomRole = bool(given(readEnvironmentVariable('ACS_CUSTOM_ROLE', ''), 'false'))
param emailDomainIds = commaSeparated(readEnvironmentVariable('EMAIL_DOMAIN_IDS', ''))

param clients = given(readEnvironmentVariable('CLIENTS', ''), '')
param settings = {
  ACS_API_VERSION_CHAT: trim(readEnvironmentVariable('ACS_API_VERSION_CHAT', ''))
  ACS_API_VERSION_EMAIL: trim(readEnvironmentVariable('ACS_API_VERSION_EMAIL', ''))
  ACS_API_VERSION_IDENTITY: trim(readEnvironmentVariable('ACS_API_VERSION_IDENTITY', ''))
  ACS_API_VERSION_SMS: trim(readEnvironmentVariable('ACS_API_VERSION_SMS', ''))
  AUDIT_RETENTION_DAYS: trim(readEnvironmentVariable('AUDIT_RETENTION_DAYS', ''))
  CORS_ORIGINS: trim(readEnvironmentVariable('CORS_ORIGINS', ''))
  DEFAULT_LIMITS: trim(readEnvironmentVariable('DEFAULT_LIMITS', ''))
  EMAIL_LIMITS: trim(readEnvironmentVariable('EMAIL_LIMITS', ''))
  OTEL_BSP_SCHEDULE_DELAY: trim(readEnvironmentVariable('OTEL_BSP_SCHEDULE_DELAY', ''))
  OTEL_EXPORTER_OTLP_COMPRESSION: trim(readEnvironmentVariable('OTEL_EXPORTER_OTLP_COMPRESSION', ''))
  OTEL_EXPORTER_OTLP_ENDPOINT: trim(readEnvironmentVariable('OTEL_EXPORTER_OTLP_ENDPOINT', ''))
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: trim(readEnvironmentVariable('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', ''))
  OTEL_EXPORTER_OTLP_TIMEOUT: trim(readEnvironmentVariable('OTEL_EXPORTER_OTLP_TIMEOUT', ''))
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: trim(readEnvironmentVariable('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', ''))
  OTEL_METRIC_EXPORT_INTERVAL: trim(readEnvironmentVariable('OTEL_METRIC_EXPORT_INTERVAL', ''))
  OTEL_RESOURCE_ATTRIBUTES: trim(readEnvironmentVariable('OTEL_RESOURCE_ATTRIBUTES', ''))
  OTEL_SERVICE_NAME: trim(readEnvironmentVariable('OTEL_SERVICE_NAME', ''))
  OTEL_TRACES_SAMPLER_ARG: trim(readEnvironmentVariable('OTEL_TRACES_SAMPLER_ARG', ''))
  PUBLIC_URL: trim(readEnvironmentVariable('PUBLIC_URL', ''))
  RETENTION_DAYS: trim(readEnvironmentVariable('RETENTION_DAYS', ''))
  SMS_OPT_OUT_KEYWORDS: trim(readEnvironmentVariable('SMS_OPT_OUT_KEYWORDS', ''))
  SMS_RATES_PER_MINUTE: trim(readEnvironmentVariable('SMS_RATES_PER_MINUTE', ''))
  SMS_REPEATABILITY_WINDOW_SECONDS: trim(readEnvironmentVariable('SMS_REPEATABILITY_WINDOW_SECONDS', ''))
  USER_TOKENS: trim(readEnvironmentVariable('USER_TOKENS', ''))
}
param otlpHeaders = trim(readEnvironmentVariable('OTEL_EXPORTER_OTLP_HEADERS', ''))

param alwaysReady = json(given(readEnvironmentVariable('ALWAYS_READY', ''), '[]'))
param maximumInstanceCount = int(given(readEnvironmentVariable('MAXIMUM_INSTANCE_COUNT', ''), '100'))
param instanceMemoryMB = json(given(readEnvironmentVariable('INSTANCE_MEMORY_MB', ''), '2048'))
param storageSku = json('"${given(readEnvironmentVariable('STORAGE_SKU', ''), 'Standard_LRS')}"')
param retentionDays = json(given(readEnvironmentVariable('BLOB_RETENTION_DAYS', ''), '{}'))
param softDeleteDays = int(given(readEnvironmentVariable('BLOB_SOFT_DELETE_DAYS', ''), '7'))
param logsStorageReads = bool(given(readEnvironmentVariable('LOG_STORAGE_READS', ''), 'false'))
param acsLogCategories = commaSeparated(given(
  readEnvironmentVariable('ACS_LOG_CATEGORIES', ''),
  'AuthOperational,ChatOperational,EmailSendMailOperational,Usage'
))
param logRetentionDays = int(given(readEnvironmentVariable('LOG_RETENTION_DAYS', ''), '30'))
param keyVaultPurgeProtection = bool(given(readEnvironmentVariable('KEY_VAULT_PURGE_PROTECTION', ''), 'true'))
param privateNetwork = bool(given(readEnvironmentVariable('PRIVATE_NETWORK', ''), 'false'))
param networkAddressPrefix = given(readEnvironmentVariable('NETWORK_ADDRESS_PREFIX', ''), '10.60.0.0/24')
param allowedIpRanges = commaSeparated(readEnvironmentVariable('ALLOWED_IP_RANGES', ''))
param frontDoorId = given(readEnvironmentVariable('FRONT_DOOR_ID', ''), '')
param alertActionGroupId = given(readEnvironmentVariable('ALERT_ACTION_GROUP_ID', ''), '')
param thresholds = json(given(readEnvironmentVariable('ALERT_THRESHOLDS', ''), '{}'))
