# A helper that announces an answer of 1 GiB.
printf '\000\000\000\016\000\000\000\000{"ready":true}'
printf '\000\000\000\020\100\000\000\000'
exec /bin/sleep 30
