/**
 * The page's only script: says what is new while something is looked for, and goes on when it was found. Without it everything works by the
 * links and buttons of the page. It is sent as it stands here, so it must reach for nothing outside itself.
 */
export function live(): void {
  const main = document.querySelector<HTMLElement>('main[data-live]');
  const said = document.getElementById('said');
  const bar = document.querySelector('progress');
  if (!main) return;
  const again = (): void => void setTimeout(look, Number(main.dataset.every));
  const look = (): void => {
    fetch(main.dataset.live!)
      .then(async (answer) => {
        if (answer.redirected || answer.status === 401) return location.assign('/');
        const { stamp, text, part } = (await answer.json()) as { stamp: string; text: string; part: number };
        if (stamp !== main.dataset.stamp) return location.assign(main.dataset.next!);
        if (said && said.textContent !== text) said.textContent = text;
        if (bar) bar.value = part;
        again();
      })
      .catch(again);
  };
  again();
}
