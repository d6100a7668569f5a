// Creates the ACS resource, for Entra identities only: access keys are disabled. linkedDomains.bicep sets all other
// properties and updates them in later deployments.

param name string
param tags object
@description('Where ACS stores data at rest.')
param dataLocation string

// An update from here would unlink all email domains for the duration of the deployment.
@onlyIfNotExists()
resource communication 'Microsoft.Communication/communicationServices@2025-09-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation, disableLocalAuth: true }
}
