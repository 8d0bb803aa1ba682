// Does a log hold what it signs? Asked by a reader that shares no line with the service.
//
// It knows a log's address and key and no more: reader [-old FILE] URL VKEY. It fetches the
// checkpoint and every tile and entry below it, and sees that
//   - the log's key has signed the checkpoint, whose origin is the key's name;
//   - every entry hashes to the leaf that the tiles have for it, and those to the root;
//   - the tree continues the one of an older checkpoint, where one is given.
//
// Tree, proofs, tiles and notes are those of golang.org/x/mod; only the names of the files are read
// from C2SP tlog-tiles here. It prints one line, `origin size root`, or says what is wrong and ends
// with 1.
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height   = 8
	width    = 1 << height
	patience = 30 * time.Second
	bytesMax = 32 << 20
)

var client = &http.Client{Timeout: patience}

func main() {
	old := flag.String("old", "", "file with an older checkpoint")
	flag.Parse()
	if flag.NArg() != 2 {
		fail(fmt.Errorf("usage: reader [-old FILE] URL VKEY"))
	}
	verifier, err := note.NewVerifier(flag.Arg(1))
	fail(err)
	base := strings.TrimSuffix(flag.Arg(0), "/")
	content, err := fetch(base + "/checkpoint")
	fail(err)
	tree, err := opened(content, verifier)
	fail(err)
	hashes := tlog.TileHashReader(tree, &tiles{base, map[string][]byte{}})
	fail(checkEntries(base, tree, hashes))
	if *old != "" {
		content, err := os.ReadFile(*old)
		fail(err)
		older, err := opened(content, verifier)
		fail(err)
		fail(checkContinues(older, tree, hashes))
	}
	fmt.Println(verifier.Name(), tree.N, tree.Hash)
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// opened reads a checkpoint that the log has signed.
func opened(content []byte, verifier note.Verifier) (tlog.Tree, error) {
	signed, err := note.Open(content, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("checkpoint: %w", err)
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("%q is no checkpoint of %s", signed.Text, verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("size: %w", err)
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tlog.Tree{}, fmt.Errorf("%q is no root", lines[2])
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree, nil
}

// checkEntries sees that the entries are those whose hashes lead to the root.
func checkEntries(base string, tree tlog.Tree, hashes tlog.HashReader) error {
	for first := int64(0); first < tree.N; first += width {
		held := min(tree.N-first, width)
		content, err := fetch(base + "/" + path("entries", first/width, int(held)))
		if err != nil {
			return err
		}
		entries, err := unbundled(content)
		if err != nil {
			return fmt.Errorf("bundle %d: %w", first/width, err)
		}
		if int64(len(entries)) != held {
			return fmt.Errorf("bundle %d holds %d entries, not %d", first/width, len(entries), held)
		}
		places := make([]int64, held)
		for i := range places {
			places[i] = tlog.StoredHashIndex(0, first+int64(i))
		}
		// This fails unless the tiles lead to the root.
		leaves, err := hashes.ReadHashes(places)
		if err != nil {
			return err
		}
		for i, entry := range entries {
			if tlog.RecordHash(entry) != leaves[i] {
				return fmt.Errorf("entry %d is not the one that was hashed", first+int64(i))
			}
		}
	}
	if tree.N == 0 {
		return checkEmpty(tree)
	}
	return nil
}

func checkEmpty(tree tlog.Tree) error {
	if tree.Hash != sha256.Sum256(nil) { // x/mod has another hash for it, RFC 6962 this one
		return fmt.Errorf("%s is not the root of an empty tree", tree.Hash)
	}
	return nil
}

// checkContinues sees that the older tree is the beginning of the newer one.
func checkContinues(older, tree tlog.Tree, hashes tlog.HashReader) error {
	if older.N == 0 {
		return checkEmpty(older)
	}
	if older.N > tree.N {
		return fmt.Errorf("the log has shrunk from %d to %d", older.N, tree.N)
	}
	proof, err := tlog.ProveTree(tree.N, older.N, hashes)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash); err != nil {
		return fmt.Errorf("the tree of %d does not continue that of %d: %w", tree.N, older.N, err)
	}
	return nil
}

// tiles fetches tiles of hashes, each of them once.
type tiles struct {
	base string
	kept map[string][]byte
}

func (t *tiles) Height() int { return height }

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(wanted))
	for i, tile := range wanted {
		at := path(strconv.Itoa(tile.L), tile.N, tile.W)
		if _, known := t.kept[at]; !known {
			content, err := fetch(t.base + "/" + at)
			if err != nil {
				return nil, err
			}
			t.kept[at] = content
		}
		found[i] = t.kept[at]
	}
	return found, nil
}

func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// path names a tile as C2SP tlog-tiles does: like x/mod, but without the height.
func path(level string, number int64, held int) string {
	tile := tlog.Tile{H: height, L: 0, N: number, W: held}
	return strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/0/", height), "tile/"+level+"/", 1)
}

func unbundled(content []byte) ([][]byte, error) {
	var entries [][]byte
	for len(content) > 0 {
		if len(content) < 2 {
			return nil, io.ErrUnexpectedEOF
		}
		length := int(binary.BigEndian.Uint16(content))
		if content = content[2:]; len(content) < length {
			return nil, io.ErrUnexpectedEOF
		}
		entries = append(entries, content[:length])
		content = content[length:]
	}
	return entries, nil
}

func fetch(url string) ([]byte, error) {
	answer, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, answer.Status)
	}
	return io.ReadAll(io.LimitReader(answer.Body, bytesMax))
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}
