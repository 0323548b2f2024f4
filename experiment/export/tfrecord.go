package export

import (
	"encoding/binary"
	"hash/crc32"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendRecord frames data as a TFRecord (tensorflow.org/tutorials/load_data/tfrecord):
//
//	length  uint64, little-endian
//	        uint32, masked CRC-32C of the eight bytes before
//	data    length bytes
//	        uint32, masked CRC-32C of data
func appendRecord(file, data []byte) []byte {
	start := len(file)
	file = binary.LittleEndian.AppendUint64(file, uint64(len(data)))
	file = binary.LittleEndian.AppendUint32(file, maskedChecksum(file[start:]))
	file = append(file, data...)
	return binary.LittleEndian.AppendUint32(file, maskedChecksum(data))
}

// maskedChecksum is a CRC-32C turned right by 15 bits and moved on, since a
// checksum computed over data that holds checksums is weak.
func maskedChecksum(data []byte) uint32 {
	sum := crc32.Checksum(data, castagnoli)
	return (sum>>15 | sum<<17) + 0xa282ead8
}
