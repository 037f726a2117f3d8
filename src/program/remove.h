/* SPDX-License-Identifier: MIT */
/* Removes what a program left in a directory: any names, any depth, without permissions. */
#ifndef PROGRAM_REMOVE_H
#define PROGRAM_REMOVE_H

/* All that is in the directory fd, which stays open; follows no symbolic link, crosses no mount; to be called when
 * nobody writes there any more. What cannot be removed stays. It becomes the caller's alone, with the mark (the
 * sticky bit) by which the next run finds it if this one is killed meanwhile. */
void remove_content(int fd);

#endif
