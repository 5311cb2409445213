-- Prints what wrk found as one line of JSON. An answer that is neither 2xx nor 3xx is an error, like a broken connection.
done = function(summary, latency, requests)
  local e = summary.errors
  print(string.format('summary {"requests": %d, "duration_us": %d, "errors": %d}', summary.requests,
    summary.duration, e.connect + e.read + e.write + e.status + e.timeout))
end
