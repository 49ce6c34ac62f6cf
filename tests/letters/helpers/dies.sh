# A helper that greets and dies at the first request.
printf '\000\000\000\016\000\000\000\000{"ready":true}'
read -r line
exit 1
