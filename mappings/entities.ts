/** The entities of schema.graphql as handlers write them. Bytes: 0x-hex; BigInt: bigint; an absent nullable field: undefined or null. */

export interface ClockEntity {
  id: string;
  startUnixS: bigint;
  rate: bigint;
  genesisUnixS: bigint;
  graceS: bigint;
  lateS: bigint;
}

export interface MeterEntity {
  id: string;
  address: string;
  member: string;
  firstDay: number;
  lastDay?: number | null;
  maxWhPerSlot: number;
  consensusKey?: string | null;
  enrolledHeight: number;
}

export interface NodeKeyEntity {
  id: string;
  epoch: number;
  key: string;
  height: number;
  effectiveUnixS: bigint;
}

export interface TariffEntity {
  id: string;
  fromDay: number;
  rule: string;
  retailNelPerWh: number[];
  feedInNelPerWh: number[];
  feePerDayNel: bigint;
  height: number;
}

export interface SealedReportEntity {
  id: string;
  meter: string;
  slot: number;
  keyEpoch: number;
  sealed: string;
  height: number;
}

export interface SealedStatementEntity {
  id: string;
  meter: string;
  day: number;
  keyEpoch: number;
  commitment: string;
  sealed: string;
  height: number;
}

export interface DisputeEntity {
  id: string;
  meter: string;
  day: number;
  reason: string;
  height: number;
}

export interface AnchorEntity {
  id: string;
  day: number;
  version: number;
  bookHash: string;
  height: number;
  unixS: bigint;
}

export interface NoBillEntity {
  id: string;
  meter: string;
  day: number;
  openHeight: number;
  withdrawnHeight?: number | null;
}

export interface RosterEntity {
  id: string;
  day: number;
  late: boolean;
  digest: string;
  encoded: string;
  height: number;
  unixS: bigint;
}

export interface BadTransactionEntity {
  id: string;
  height: number;
  txIndex: number;
  hash: string;
  reason: string;
  detail: string;
}

export interface Entities {
  Clock: ClockEntity;
  Meter: MeterEntity;
  NodeKey: NodeKeyEntity;
  Tariff: TariffEntity;
  SealedReport: SealedReportEntity;
  SealedStatement: SealedStatementEntity;
  Dispute: DisputeEntity;
  Anchor: AnchorEntity;
  NoBill: NoBillEntity;
  Roster: RosterEntity;
  BadTransaction: BadTransactionEntity;
}
export type EntityName = keyof Entities;
