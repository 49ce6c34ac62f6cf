# A helper that greets and never answers.
printf '\000\000\000\016\000\000\000\000{"ready":true}'
exec /bin/sleep 30
