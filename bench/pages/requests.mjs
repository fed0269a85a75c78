/** How a page is asked for, by those who are signed in and by others. */

export function pageOf({ url }, path, user) {
  const name = `portico-${new URL(url).port}.session-token`;
  return { url: `${url}${path}`, ...(user && { cookie: { name, value: user.cookie } }) };
}

export function requestFor({ url, cookie }, more = {}) {
  const headers = {
    "user-agent": "Mozilla/5.0",
    "accept-language": "en-GB",
    ...(cookie && { cookie: `${cookie.name}=${cookie.value}` }),
    ...more,
  };
  return { url, method: "GET", headers };
}
