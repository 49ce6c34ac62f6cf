/* A client of a few lines for tests of the server: one request a connection, blocking. */
#ifndef UNIT_HTTP_H
#define UNIT_HTTP_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

struct http_answer {
	int status; /* 0: no answer */
	size_t size;
	char *bytes; /* head and body, NUL at the end */
	char *body;
};

static inline int http_connect(int port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	struct timeval patience = {.tv_sec = 20};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static inline int http_send(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = send(fd, bytes, size, MSG_NOSIGNAL);
		if (n <= 0)
			return -1;
		bytes += n;
		size -= (size_t)n;
	}
	return 0;
}

/* Reads until the other side closes. */
static inline struct http_answer http_read(int fd)
{
	struct http_answer a = {0};
	size_t cap = 1 << 16;
	a.bytes = malloc(cap);
	for (;;) {
		if (a.size + 1 == cap)
			a.bytes = realloc(a.bytes, cap *= 2);
		ssize_t n = recv(fd, a.bytes + a.size, cap - a.size - 1, 0);
		if (n <= 0)
			break;
		a.size += (size_t)n;
	}
	a.bytes[a.size] = '\0';
	char *end = strstr(a.bytes, "\r\n\r\n");
	a.body = end ? end + 4 : a.bytes + a.size;
	if (strncmp(a.bytes, "HTTP/1.", 7) == 0)
		a.status = (int)strtol(a.bytes + 9, NULL, 10);
	return a;
}

static inline struct http_answer http_raw(int port, const char *bytes, size_t size)
{
	struct http_answer a = {.bytes = calloc(1, 1)};
	a.body = a.bytes;
	int fd = http_connect(port);
	if (fd < 0)
		return a;
	free(a.bytes);
	http_send(fd, bytes, size);
	a = http_read(fd);
	close(fd);
	return a;
}

/* `headers` are lines ended by CR LF; `body` NULL for none. */
static inline struct http_answer http_do(
        int port, const char *method, const char *target, const char *headers, const char *body)
{
	size_t body_size = body ? strlen(body) : 0;
	size_t size = strlen(target) + strlen(headers) + body_size + 256;
	char *request = malloc(size);
	int n = snprintf(request, size,
	        "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s", method, target,
	        headers);
	size_t at = (size_t)n;
	if (body)
		at += (size_t)snprintf(
		        request + at, size - at, "Content-Length: %zu\r\n", body_size);
	at += (size_t)snprintf(request + at, size - at, "\r\n%s", body ? body : "");
	struct http_answer a = http_raw(port, request, at);
	free(request);
	return a;
}

static inline struct http_answer http_get(int port, const char *target, const char *headers)
{
	return http_do(port, "GET", target, headers, NULL);
}

/* The value of a header, "" when absent; `out` of at least 1,024 bytes. */
static inline const char *http_header(const struct http_answer *a, const char *name, char *out)
{
	size_t len = strlen(name);
	out[0] = '\0';
	for (const char *line = strstr(a->bytes, "\r\n"); line && line + 2 < a->body;
	        line = strstr(line + 2, "\r\n")) {
		if (strncasecmp(line + 2, name, len) != 0 || line[2 + len] != ':')
			continue;
		const char *from = line + 3 + len;
		from += strspn(from, " ");
		snprintf(out, 1024, "%.*s", (int)strcspn(from, "\r"), from);
		break;
	}
	return out;
}

static inline void http_free(struct http_answer *a)
{
	free(a->bytes);
}

#endif
