/* A disk that forgets what was not synced, for programs that are started with LD_PRELOAD.

   FORGETFUL_LIVE is the folder they write to, FORGETFUL_DISK holds what a power cut would leave of it: a file gets
   there when it is synced, with all it holds at that moment; a folder, when it is synced, loses what is no longer in
   it and gains what was moved into it. FORGETFUL_FULL names a file: while it exists, nothing in the live folder may
   grow. Everything else is passed on. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *setting(const char *name) {
    const char *found = getenv(name);
    return found != NULL && *found != '\0' ? found : NULL;
}

/* The path of an open file, and what follows the live folder in it; NULL for files elsewhere. */
static const char *inside(int fd, char *path) {
    const char *live = setting("FORGETFUL_LIVE");
    char link[64];
    if (live == NULL) return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, PATH_MAX - 1);
    if (n < 0) return NULL;
    path[n] = '\0';
    size_t length = strlen(live);
    if (strncmp(path, live, length) != 0 || (path[length] != '/' && path[length] != '\0')) return NULL;
    return path + length;
}

static void make_folders(char *path) {
    for (char *at = path + 1; *at != '\0'; at++) {
        if (*at != '/') continue;
        *at = '\0';
        if (mkdir(path, 0777) == 0) chmod(path, 0777);
        *at = '/';
    }
}

/* Copies in place, so that what an earlier sync kept is never missing in between. */
static void keep_file(const char *from, const char *to_path) {
    char to[2 * PATH_MAX], block[65536];
    snprintf(to, sizeof to, "%s", to_path);
    make_folders(to);
    int source = open(from, O_RDONLY | O_CLOEXEC);
    int target = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (source >= 0 && target >= 0) {
        off_t at = 0;
        ssize_t n;
        while ((n = pread(source, block, sizeof block, at)) > 0) {
            static ssize_t (*real)(int, const void *, size_t, off_t);
            if (real == NULL) real = dlsym(RTLD_NEXT, "pwrite64");
            if (real(target, block, n, at) != n) break;
            at += n;
        }
        if (ftruncate(target, at) != 0) at = 0;
    }
    if (source >= 0) close(source);
    if (target >= 0) close(target);
}

static void keep_folder(const char *live, const char *kept) {
    char from[2 * PATH_MAX], to[2 * PATH_MAX];
    struct stat found;
    struct dirent *entry;
    DIR *folder = opendir(kept);
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        snprintf(from, sizeof from, "%s/%s", live, entry->d_name);
        snprintf(to, sizeof to, "%s/%s", kept, entry->d_name);
        if (lstat(from, &found) != 0 && lstat(to, &found) == 0 && S_ISREG(found.st_mode)) unlink(to);
    }
    if (folder != NULL) closedir(folder);
    folder = opendir(live);
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        snprintf(from, sizeof from, "%s/%s", live, entry->d_name);
        snprintf(to, sizeof to, "%s/%s", kept, entry->d_name);
        if (lstat(from, &found) == 0 && S_ISREG(found.st_mode) && access(to, F_OK) != 0) keep_file(from, to);
    }
    if (folder != NULL) closedir(folder);
}

static int keep(int fd) {
    char live[PATH_MAX], kept[2 * PATH_MAX];
    struct stat found;
    const char *disk = setting("FORGETFUL_DISK"), *rest = inside(fd, live);
    if (disk == NULL || rest == NULL) return 0;
    snprintf(kept, sizeof kept, "%s%s", disk, rest);
    if (fstat(fd, &found) != 0) return 0;
    if (S_ISDIR(found.st_mode)) keep_folder(live, kept);
    else if (S_ISREG(found.st_mode) && found.st_nlink > 0) keep_file(live, kept);
    return 1;
}

int fsync(int fd) {
    static int (*real)(int);
    if (keep(fd)) return 0;
    if (real == NULL) real = dlsym(RTLD_NEXT, "fsync");
    return real(fd);
}

int fdatasync(int fd) {
    static int (*real)(int);
    if (keep(fd)) return 0;
    if (real == NULL) real = dlsym(RTLD_NEXT, "fdatasync");
    return real(fd);
}

/* Whether writing up to `end` is more than a full disk has room for. */
static int refused(int fd, off_t end) {
    char live[PATH_MAX];
    struct stat found;
    const char *full = setting("FORGETFUL_FULL");
    if (full == NULL || access(full, F_OK) != 0 || inside(fd, live) == NULL) return 0;
    if (fstat(fd, &found) != 0 || !S_ISREG(found.st_mode) || end <= found.st_size) return 0;
    errno = ENOSPC;
    return 1;
}

static off_t length_of(const struct iovec *parts, int n) {
    off_t sum = 0;
    for (int i = 0; i < n; i++) sum += parts[i].iov_len;
    return sum;
}

ssize_t pwrite64(int fd, const void *data, size_t n, off_t at) {
    static ssize_t (*real)(int, const void *, size_t, off_t);
    if (refused(fd, at + (off_t)n)) return -1;
    if (real == NULL) real = dlsym(RTLD_NEXT, "pwrite64");
    return real(fd, data, n, at);
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at) { return pwrite64(fd, data, n, at); }

ssize_t pwritev64(int fd, const struct iovec *parts, int n, off_t at) {
    static ssize_t (*real)(int, const struct iovec *, int, off_t);
    if (refused(fd, at + length_of(parts, n))) return -1;
    if (real == NULL) real = dlsym(RTLD_NEXT, "pwritev64");
    return real(fd, parts, n, at);
}

ssize_t pwritev(int fd, const struct iovec *parts, int n, off_t at) { return pwritev64(fd, parts, n, at); }

int posix_fallocate64(int fd, off_t at, off_t n) {
    static int (*real)(int, off_t, off_t);
    if (refused(fd, at + n)) return ENOSPC;
    if (real == NULL) real = dlsym(RTLD_NEXT, "posix_fallocate64");
    return real(fd, at, n);
}

int posix_fallocate(int fd, off_t at, off_t n) { return posix_fallocate64(fd, at, n); }

int ftruncate64(int fd, off_t n) {
    static int (*real)(int, off_t);
    if (refused(fd, n)) return -1;
    if (real == NULL) real = dlsym(RTLD_NEXT, "ftruncate64");
    return real(fd, n);
}

int ftruncate(int fd, off_t n) { return ftruncate64(fd, n); }
