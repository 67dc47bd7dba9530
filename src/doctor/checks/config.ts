import { faultsIn, formatFault } from '../../config/faults.ts';
import { DomainError } from '../../lib/errors.ts';
import { type Check, failed, failedBy, type Outcome, ok, together, warning } from '../check.ts';

/** Row 8: the configuration can be started with, and is the one that runs. */
export const configCheck: Check = {
  id: 'config',
  title: 'The configuration is valid',
  async run({ config, reload, running }) {
    try {
      const { path, warnings, config: onDisk } = await reload();
      const shown = path ?? 'Defaults, environment and flags (there is no file)';
      if (running !== undefined && JSON.stringify(onDisk) !== JSON.stringify(config)) {
        return warning(`${shown}: changed since didar was started with it.`, {
          fix: 'Restart didar to use it ("systemctl restart didar").',
        });
      }
      if (warnings.length > 0) {
        return warning(warnings.join('\n'), { fix: 'See to each: the line names key and value.' });
      }
      return ok(`${shown}: valid.`);
    } catch (error) {
      return configOutcome(error);
    }
  },
};

/** Each fault of a configuration that can't be started with. */
export function configOutcome(error: unknown): Outcome {
  const faults = error instanceof DomainError ? faultsIn(error) : [];
  if (faults.length === 0) return failedBy(error, { fix: 'Name a file that can be read with --config.' });
  return together(
    faults.map((fault) => {
      const [where = ''] = formatFault(fault).split('\n');
      return failed(where.trim(), { fix: fault.fix, ...(fault.key !== undefined && { key: fault.key }) });
    }),
  );
}
