/** A text as it is signed, letter by letter, under a heading that says what it is. */
export const SignedText = ({ title, text }: { title: string; text: string }) => (
  <figure class="signed-text">
    <figcaption class="small quiet">{title}</figcaption>
    <pre>{text}</pre>
  </figure>
);
