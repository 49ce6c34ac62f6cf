# A helper that answers a question nobody asked.
printf '\000\000\000\016\000\000\000\000{"ready":true}'
printf '\000\000\000\027\000\000\000\000{"id":999999,"ok":true}'
exec /bin/sleep 30
