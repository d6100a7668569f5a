// The page that shows how Switchboard is doing. Its content is edited in the portal and pasted to workbook.json.

param location string
param tags object
param applicationInsightsName string

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'switchboard')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Switchboard'
    category: 'workbook'
    sourceId: applicationInsights.id
    serializedData: replace(loadTextContent('workbook.json'), '<applicationInsightsId>', applicationInsights.id)
  }
}
