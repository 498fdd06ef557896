import { count, counted } from '../../numbers.js';
import type { FactsPart, OutputsPart, RunPage, RunPart, Spread } from '../page-data.js';
import { chunks } from './chunks.js';
import { codeList } from './code-list.js';
import { comparison } from './comparison.js';
import { type Child, element, quoted } from './element.js';
import { notice } from './figure.js';
import { flow } from './flow.js';
import { frame, type Part, pair, tiles } from './frame.js';
import { groupings } from './groupings.js';
import { coverage, groupSizes } from './groups.js';
import { histogram } from './histogram.js';
import { inputs, leftOut, settings, tables } from './loaded.js';
import { months } from './months.js';
import { reasons } from './reasons.js';
import { steps } from './steps.js';
import { duration, megabytes, moment, month, portion, rate } from './wording.js';

/** A page about a run: what came of it, what the outputs hold, how it went. */
export function runPage({ run, outputs, madeAt, madeBy }: RunPage): readonly HTMLElement[] {
  const isWhole = run.leftOut.total === 0;
  const resumed = run.resumedChunks > 0 ? `, ${counted(run.resumedChunks, 'chunk')} staged before` : '';
  return frame(
    {
      kind: 'etl1 · report of a run',
      title: `${run.payer}, ${run.state}, ${month(run.period)}`,
      status: element(
        'span',
        { class: `status ${isWhole ? 'good' : 'partial'}` },
        isWhole ? 'Published' : 'Published in part',
      ),
      facts: [
        `Run ${run.id}, ${moment(run.finishedAt)}, in ${duration(run.seconds)}${resumed}, on `,
        quoted(run.host),
        '; outputs in ',
        quoted(run.dataRoot),
      ],
    },
    [cameOfIt(run), theData(run, outputs), theRun(run)],
    `Made by ${madeBy}, ${moment(madeAt)}. The run was made by ${run.versions.map(({ name, version }) => `${name} ${version}`).join(', ')}.`,
  );
}

function cameOfIt(run: RunPart): Part {
  const { balance } = run;
  const facts = run.tables.find(({ name }) => name === 'fact_rate')?.total ?? 0;
  return {
    id: 'result',
    title: 'What came of it',
    lead: tiles([
      {
        name: 'Rates read',
        value: count(balance.read),
        about: `and ${counted(run.providerRows, 'provider row')}`,
      },
      { name: 'Facts inserted', value: count(balance.inserted), about: `${count(facts)} in all` },
      {
        name: 'Rejected',
        value: count(balance.rejected),
        about: `${portion(balance.rejected, balance.read)} of the rates`,
      },
      {
        name: 'Time',
        value: duration(run.seconds),
        about: `${count(Math.round(balance.read / Math.max(run.seconds, 0.001)))} rates/s`,
      },
      {
        name: 'Peak memory',
        value: megabytes(run.memory.peakMb),
        about: run.memory.limitMb === null ? 'limit unknown' : `limit ${megabytes(run.memory.limitMb)}`,
      },
    ]),
    content: [flow(run), tables(run), leftOut(run), pair(inputs(run), settings(run))],
  };
}

function theData(run: RunPart, { lookedAt, scope, changed, facts, problem }: OutputsPart): Part {
  const lead: Child = [
    element(
      'p',
      { class: 'lead' },
      'The outputs as they were at ',
      moment(lookedAt),
      ': ',
      quoted(scope),
      '.',
    ),
    changed === null
      ? null
      : notice(
          'warning',
          'This is not what the run left: ',
          quoted(changed),
          '. The part below shows the outputs as they are now.',
        ),
    problem === null ? null : notice('warning', 'The outputs cannot be shown: ', quoted(problem)),
  ];
  const shown: Child = facts && [
    facts.unusable === 0
      ? null
      : notice('warning', `${count(facts.unusable)} rates are null or not finite, and in no number below.`),
    facts.overall === null ? notice('plain', 'There is no rate to show.') : rates(facts, facts.overall),
    groupSizes(facts),
  ];
  return { id: 'data', title: 'The data', lead, content: [shown, coverage(run), reasons(run)] };
}

function rates(facts: FactsPart, overall: Spread): Child {
  const { rates: whole, codes } = facts;
  const { min, max, median, unit, zeros, percentages, outliers } = overall;
  return [
    tiles([
      { name: 'Rates', value: count(whole), about: `of ${counted(codes.total, 'code')}` },
      { name: 'Median', value: rate(median, unit), about: `${rate(min, unit)} to ${rate(max, unit)}` },
      { name: 'Zero', value: count(zeros), about: `${portion(zeros, whole)} of the rates` },
      { name: 'In percent', value: count(percentages), about: `${portion(percentages, whole)} of the rates` },
      { name: 'Outliers', value: count(outliers ?? 0), about: 'ten times off the median of their code' },
    ]),
    histogram(facts),
    codeList(facts),
    groupings(facts),
    months(facts),
  ];
}

function theRun(run: RunPart): Part {
  return {
    id: 'run',
    title: 'The run',
    lead: null,
    content: [steps(run), comparison(run), chunks(run)],
  };
}
