// Parsing of azd variables. A variable that is set but empty counts as unset.

@export()
func given(value string, default string) string => empty(trim(value)) ? default : trim(value)

@export()
@description('Splits a comma-separated list.')
func commaSeparated(value string) string[] => filter(map(split(value, ','), item => trim(item)), item => !empty(item))

@export()
@description('Extracts subscription, resource group and name from a resource id.')
func parseResourceId(id string) object => {
  subscriptionId: split(id, '/')[2]
  resourceGroup: split(id, '/')[4]
  name: last(split(id, '/'))
}
