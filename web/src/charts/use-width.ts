/** The width that a picture has on the page, in px: text in it keeps its size on every screen. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

export function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  useEffect(() => {
    const element = box.current!;
    const observer = new ResizeObserver(([{ contentRect }]) => {
      width.value = Math.floor(contentRect.width);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [width]);
  return { box, width: width.value };
}
