// Links the e-mail domains to the ACS resource that was created here. It is deployed last, because linking fails with
// InvalidLinkedDomains as long as Azure is still verifying a new domain.
// https://github.com/Azure/bicep/issues/11354

param communicationName string
param tags object
param dataLocation string
@description('Domains that must be linked.')
param domainIds string[]
@description('Domains that are linked now. They stay linked: the list that is deployed replaces the previous one.')
param linkedDomainIds string[]

var known = map(domainIds, id => toLower(id))

resource communication 'Microsoft.Communication/communicationServices@2025-09-01' = {
  name: communicationName
  location: 'global'
  tags: tags
  properties: {
    dataLocation: dataLocation
    disableLocalAuth: true
    linkedDomains: concat(domainIds, filter(linkedDomainIds, id => !contains(known, toLower(id))))
  }
}
