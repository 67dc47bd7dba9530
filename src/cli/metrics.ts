import type { Command } from 'commander';
import { addAddressOptions, type ClientOptions, clientFor } from './lib/client-options.ts';
import { print, printJson } from './lib/output.ts';
import { alertRules } from './metrics/alerts.ts';
import { dashboard } from './metrics/dashboard.ts';

/** `didar metrics`: show, dashboard, alerts. */
export function addMetrics(program: Command): void {
  const metrics = program
    .command('metrics')
    .description('Figures of this server, for Prometheus and Grafana.');

  addAddressOptions(metrics.command('show', { isDefault: true }))
    .description('Prints what Prometheus would read now at /metrics, through the running daemon.')
    .action(async (options: ClientOptions) => {
      const answer = await (await clientFor(options)).open('/metrics');
      print((await answer.text()).trimEnd());
    });

  metrics
    .command('dashboard')
    .description('Prints a dashboard for Grafana: Dashboards, New, Import.')
    .action(() => printJson(dashboard()));

  metrics
    .command('alerts')
    .description('Prints alert rules for Prometheus, to be named in its rule_files.')
    .action(() => print(alertRules().trimEnd()));
}
