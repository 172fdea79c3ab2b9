/** The text of an answer up to a size, in Node and browsers alike: whoever pours more is not listened to. */
export async function boundedText(response: Response, bytesMax: number): Promise<string> {
  const tooLarge = () => new Error(`more than ${bytesMax} bytes`);
  if (Number(response.headers?.get('content-length') ?? 0) > bytesMax) {
    await response.body?.cancel();
    throw tooLarge();
  }
  if (!response.body) return response.text();
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > bytesMax) {
      await reader.cancel();
      throw tooLarge();
    }
    text += decoder.decode(value, { stream: true });
  }
}
