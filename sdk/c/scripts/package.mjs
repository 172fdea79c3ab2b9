export async function packageTests() {}
