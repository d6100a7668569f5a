// How the values of azd variables are read. A variable that is set but empty counts as not set.

@export()
func given(value string, default string) string => empty(trim(value)) ? default : trim(value)

@export()
@description('Items separated by commas.')
func commaSeparated(value string) string[] => filter(map(split(value, ','), item => trim(item)), item => !empty(item))

@export()
@description('Subscription, resource group and name in the id of a resource.')
func parseResourceId(id string) object => {
  subscriptionId: split(id, '/')[2]
  resourceGroup: split(id, '/')[4]
  name: last(split(id, '/'))
}
