// azd hook that runs before `azd down`, which deletes every resource group that was deployed to, including the group of a
// pre-existing ACS resource.
// https://github.com/Azure/azure-dev/issues/2916

const { ACS_RESOURCE_ID, ACS_EVENT_TOPIC_ID, AZURE_RESOURCE_GROUP = '<resource group>' } = process.env;
const existing = [ACS_RESOURCE_ID, ACS_EVENT_TOPIC_ID].filter((id) => id?.trim());

if (existing.length > 0) {
  console.error(
    [
      'azd down would delete whole resource groups of resources that it did not create:',
      ...existing.map((id) => `  ${id}`),
      `Delete Switchboard's own resource group instead: az group delete --name ${AZURE_RESOURCE_GROUP}`,
      'Then remove its event subscription (or system topic) and role assignment from the ACS resource in the portal.',
    ].join('\n'),
  );
  process.exitCode = 1;
}
