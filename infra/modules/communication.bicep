// Creates the ACS resource, for Entra identities only: its keys are turned off. linkedDomains.bicep sets everything else, and
// updates it in later deployments.

param name string
param tags object
@description('Where ACS keeps its data at rest.')
param dataLocation string

// An update from here would unlink every e-mail domain for as long as the deployment takes.
@onlyIfNotExists()
resource communication 'Microsoft.Communication/communicationServices@2025-09-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation, disableLocalAuth: true }
}
