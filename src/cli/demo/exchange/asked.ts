/** What the demonstration asks of the communities' own services, as anybody may. */
import { graphql } from '../../../node/api/client.ts';

/** Whether its chain makes blocks and its index reads them; false while the service is not up. */
export async function isUp(url: string): Promise<boolean> {
  return graphql<{ service: { height: number | null } }>({ url }, '{ service { height } }').then(
    ({ service }) => service.height !== null,
    () => false,
  );
}

interface DayAnswer {
  state: 'FROZEN' | 'ANCHORED' | 'RELEASED';
  provenHeight: number | null;
  void: boolean;
  metered: number;
}

/** How far a day is; null before its freeze, or while the service does not answer. */
export async function dayOf(url: string, date: string): Promise<DayAnswer | null> {
  const query = 'query ($day: Date!) { bookDay(day: $day) { state provenHeight void metered } }';
  return graphql<{ bookDay: DayAnswer | null }>({ url }, query, { day: date }).then(
    ({ bookDay }) => bookDay,
    () => null,
  );
}
