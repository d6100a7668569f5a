// What azd fills in: its own variables, and those that `azd env set NAME value` has added. README.md lists them.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')

param acsDataLocation = readEnvironmentVariable('ACS_DATA_LOCATION', 'United States')
param acsRoleId = readEnvironmentVariable('ACS_ROLE_ID', '')

param clients = readEnvironmentVariable('CLIENTS', '')
param settings = {
  publicUrl: readEnvironmentVariable('PUBLIC_URL', '')
  smsRatesPerMinute: readEnvironmentVariable('SMS_RATES_PER_MINUTE', '')
  emailLimits: readEnvironmentVariable('EMAIL_LIMITS', '')
}

param alwaysReady = json(readEnvironmentVariable('ALWAYS_READY', '[]'))
param maximumInstanceCount = int(readEnvironmentVariable('MAXIMUM_INSTANCE_COUNT', '100'))
param storageSku = readEnvironmentVariable('STORAGE_SKU', 'Standard_LRS')
param keyVaultPurgeProtection = bool(readEnvironmentVariable('KEY_VAULT_PURGE_PROTECTION', 'true'))
param privateNetwork = bool(readEnvironmentVariable('PRIVATE_NETWORK', 'false'))
param alertActionGroupId = readEnvironmentVariable('ALERT_ACTION_GROUP_ID', '')
