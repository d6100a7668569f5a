// `npm run package`: builds the deployment package.
import { runCommand } from './command.ts';

process.exitCode = await runCommand({
  name: 'package',
  async run() {
    const { writeDeploymentPackage } = await import('./deploymentPackage.ts');
    const sizeBytes = await writeDeploymentPackage();
    console.log(
      `Packaged the functions into .package/ and acs-switchboard.zip (${Math.round(sizeBytes / 1024)} KB), described by acs-switchboard.cdx.json.`,
    );
    return 0;
  },
});
