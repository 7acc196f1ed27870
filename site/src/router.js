// Addresses: #/<view>/<path…>?<query>. All state of a view stands there, so that an address is a permalink.

/** Take an address apart: {view, path: [text…], query: URLSearchParams}. */
export function parse(hash = location.hash) {
  const [way, search = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [view, ...path] = way.split("/").filter(Boolean).map(decode);
  return { view: view || "start", path, query: new URLSearchParams(search) };
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a view. `query` is an object or URLSearchParams; empty values are left out, arrays repeat their key. */
export function href(view, path = [], query = {}) {
  const search = new URLSearchParams();
  for (const [key, values] of query instanceof URLSearchParams ? query : Object.entries(query)) {
    for (const value of [].concat(values)) {
      if (value !== null && value !== undefined && value !== "") search.append(key, value);
    }
  }
  const way = [view, ...path].map(encodeURIComponent).join("/");
  return `#/${way}${search.size ? `?${search}` : ""}`;
}

/** Go to an address; with `replace`, without a step in the history (for what is typed letter by letter). */
export function go(address, { replace = false } = {}) {
  if (replace) location.replace(address);
  else location.hash = address;
}

/** Change some keys of the query of the address that is shown. */
export function update(changes, options = {}) {
  const { view, path, query } = parse();
  for (const [key, values] of Object.entries(changes)) {
    query.delete(key);
    for (const value of [].concat(values)) {
      if (value !== null && value !== undefined && value !== "") query.append(key, value);
    }
  }
  go(href(view, path, query), options);
}
