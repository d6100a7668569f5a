// Links the e-mail domains to the ACS resource that was created here. It is deployed last, because linking fails with
// InvalidLinkedDomains as long as Azure is still verifying a new domain.
// https://github.com/Azure/bicep/issues/11354

@export()
@description('The ids that must be linked, and those linked now that are not among them. Azure ignores the case of ids.')
func domainsToLink(domainIds string[], linkedDomainIds string[]) string[] =>
  concat(domainIds, filter(linkedDomainIds, linked => !contains(map(domainIds, id => toLower(id)), toLower(linked))))

param communicationName string
param tags object
param dataLocation string
@description('Domains that must be linked.')
param domainIds string[]
@description('Domains that are linked now. They stay linked: the list that is deployed replaces the previous one.')
param linkedDomainIds string[]

resource communication 'Microsoft.Communication/communicationServices@2025-09-01' = {
  name: communicationName
  location: 'global'
  tags: tags
  properties: {
    dataLocation: dataLocation
    disableLocalAuth: true
    linkedDomains: domainsToLink(domainIds, linkedDomainIds)
  }
}
