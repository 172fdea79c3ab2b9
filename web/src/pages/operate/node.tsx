/** How the node is: ready or why not, what was odd, and facts for whoever compares. */
import { useLoaded } from '../../api/loading.ts';
import { number } from '../../i18n/format.ts';
import { operateTexts } from '../../i18n/operate/index.ts';
import { backup, doctor, rotateKey } from '../../operate/commands.ts';
import { askMoney } from '../../operate/money.ts';
import type { Board } from '../../operate/question.ts';
import { at, fromNow, ofNode } from '../../operate/said.ts';
import { Block } from '../../parts/block.tsx';
import { Command } from '../../parts/command.tsx';
import { CommunityMoney } from '../../parts/community-money.tsx';
import { BoardPage } from './frame.tsx';

function Facts({ board }: { board: Board }) {
  const texts = operateTexts();
  const { node, board: today } = texts;
  const { facts, health, sealingKey, power } = board;
  const key = sealingKey && Date.parse(sealingKey.since);
  const rows = [
    [node.chain, facts.chainId],
    [node.service, facts.name],
    [node.version, facts.version],
    [node.height, number(health.indexedHeight)],
    [node.checked, number(health.checkedHeight)],
    [node.lag, node.lagText(number(health.lagS), number(health.lagLimitS))],
    [
      node.key,
      key === null || sealingKey === null ? node.noKey : node.keyText(sealingKey.epoch, at(key, board), fromNow(key, facts.chainTimeMs)),
    ],
    [node.power, today.facts.validatorsText(power.reporting, power.validators, power.needed)],
    [node.proofs, number(health.proofsWaiting)],
    [node.outbox, node.outboxText(number(health.outboxPending), number(health.outboxFailed))],
    [node.refused, number(health.refusedBoxes)],
    [node.bad, number(health.badTransactions)],
  ];
  return (
    <dl class="node-facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Node({ board }: { board: Board }) {
  const texts = operateTexts();
  const { node } = texts;
  const { ready, reasons, oddities } = board.health;
  return (
    <>
      <h1>{ready ? node.ready : node.notReady}</h1>
      {reasons.length > 0 && (
        <div class="notice bad">
          <h2>{node.reasons}</h2>
          <ul>
            {reasons.map((reason) => (
              <li key={reason}>{ofNode(reason)}</li>
            ))}
          </ul>
        </div>
      )}
      <Facts board={board} />
      <section class="stack tight">
        <h2>{node.oddities}</h2>
        {oddities.length === 0 ? (
          <p class="quiet">{node.noOddities}</p>
        ) : (
          <ul class="entries">
            {oddities.map((odd) => (
              <li key={odd}>{ofNode(odd)}</li>
            ))}
          </ul>
        )}
      </section>
      <Block loaded={useLoaded('operate money', async () => ({ of: await askMoney() })).value} height={160}>
        {(money) => <CommunityMoney of={money.of} timeZone={board.facts.timeZone} />}
      </Block>
      <section class="stack tight">
        <h2>{node.unseen}</h2>
        <p class="read">{node.unseenText}</p>
        <h3>{node.look}</h3>
        <Command text={doctor} />
        <h3>{node.rotate}</h3>
        <Command text={`${rotateKey} && ${backup}`} />
      </section>
      <p class="small quiet">{texts.asOf(at(board.facts.chainTimeMs, board))}</p>
    </>
  );
}

export const OperateNode = () => <BoardPage title={operateTexts().node.title}>{(board) => <Node board={board} />}</BoardPage>;
