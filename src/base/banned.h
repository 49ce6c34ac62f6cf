/* base/banned.h - functions nobody may call (included on the command line of every file).
 *
 * They write without knowing the size of their target, keep hidden state or turn bad
 * input into a silent zero. Use text, buf and the parse functions of base instead. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok atoi atol atof
#pragma GCC poison localtime gmtime ctime asctime mktime system popen alloca

#endif
