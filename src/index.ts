/** What a program may import from etl1; nothing else of it is promised. Loads no native library until there is work. */
export { type LoadConfigOptions, loadConfig } from './api/load-config.js';
export type { PlanOptions, RunOptions } from './api/run-pipeline.js';
export { ScalableETL1 } from './api/scalable-etl1.js';
export { type Comparison, comparisonSchema } from './compare/comparison.js';
export type { Config, Origin } from './config/load.js';
export type { SettingInputs, SettingName, Settings } from './config/settings.js';
export { type ErrorKind, EtlError } from './errors.js';
export type { RunEvent } from './pipeline/events.js';
export type { Plan } from './pipeline/plan.js';
export {
  type RejectedExample,
  type RowExample,
  type StepSeconds,
  type Summary,
  summarySchema,
  type TableSummary,
} from './pipeline/summary.js';
export { type ValidationReport, validationReportSchema } from './validate/report.js';
